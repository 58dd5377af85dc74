/* json: scenes as JSON documents. */
#include "viewer/format/json.h"

#include <string.h>
#include <utf8proc.h>

#include "viewer/base/escape.h"

enum { PLAIN = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE };

static void put_value(struct json_page *p, json_object *value)
{
	buf_puts(p->out, json_object_to_json_string_ext(value, PLAIN));
	json_object_put(value);
}

static void put_key(struct json_page *p, const char *key)
{
	buf_printf(p->out, ",\n\"%s\":", key);
}

void json_begin(struct json_page *p, struct buf *out, const char *view)
{
	p->out = out;
	buf_printf(out, "{\"view\":\"%s\"", view);
}

void json_end(struct json_page *p)
{
	buf_puts(p->out, "\n}\n");
}

void json_put(struct json_page *p, const char *key, json_object *value)
{
	put_key(p, key);
	put_value(p, value);
}

void json_array_begin(struct json_page *p, const char *key)
{
	put_key(p, key);
	buf_puts(p->out, "[");
	p->elements = 0;
}

void json_element(struct json_page *p, json_object *value)
{
	buf_puts(p->out, p->elements++ ? ",\n" : "\n");
	put_value(p, value);
}

void json_array_end(struct json_page *p)
{
	buf_puts(p->out, p->elements ? "\n]" : "]");
}

static void put_texts(struct json_page *p, const char *key, const char *const *texts, size_t count)
{
	json_array_begin(p, key);
	for (size_t i = 0; i < count; i++)
		json_element(p, json_string(texts[i]));
	json_array_end(p);
}

void json_preface(struct json_page *p, const struct preface *preface)
{
	put_texts(p, "heads", preface->lines.items, preface->lines.count);
	put_texts(p, "warnings", preface->warnings.items, preface->warnings.count);
}

static bool is_utf8(const char *text)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	utf8proc_int32_t code;

	while (*at) {
		utf8proc_ssize_t len = utf8proc_iterate(at, -1, &code);

		if (len <= 0)
			return false;
		at += len;
	}
	return true;
}

json_object *json_string(const char *text)
{
	struct buf b = {0};
	json_object *string;

	if (!text)
		return NULL;
	if (is_utf8(text))
		return json_object_new_string(text);
	escape_bytes(&b, text, strlen(text));
	string = json_object_new_string(b.bytes ? b.bytes : "");
	buf_free(&b);
	return string;
}

void json_text(json_object *object, const char *key, const char *text)
{
	if (text)
		json_object_object_add(object, key, json_string(text));
}

void json_number(json_object *object, const char *key, uint64_t number)
{
	json_object_object_add(object, key, json_object_new_uint64(number));
}

void json_truth(json_object *object, const char *key, bool truth)
{
	json_object_object_add(object, key, json_object_new_boolean(truth));
}
