/* json.c: json-c with the limits that text from anywhere needs. */
#include "viewer/base/json.h"

#include <utf8proc.h>

#include "viewer/base/buf.h"

static json_object *explain(enum json_tokener_error error, json_object *parsed, struct err *err)
{
	json_object_put(parsed);
	if (error == json_tokener_continue)
		err_set(err, "JSON that ends in the middle");
	else
		err_set(err, "not JSON (%s)", json_tokener_error_desc(error));
	return NULL;
}

/* As \u escapes (RFC 8259, section 7), beyond U+FFFF as a pair. */
static void put_escape(struct buf *b, utf8proc_int32_t code)
{
	if (code > 0xffff)
		buf_printf(b, "\\u%04x\\u%04x", 0xd800 + ((unsigned)(code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
	else
		buf_printf(b, "\\u%04x", (unsigned)code);
}

/* Behind an odd number of backslashes another would mean itself. */
static bool is_escaped(const char *text, size_t at)
{
	size_t first = at;

	while (first && text[first - 1] == '\\')
		first--;
	return (at - first) % 2;
}

/* The same text without a byte above 0x7f. False: it is no UTF-8, or cannot be JSON. */
static bool put_in_ascii(struct buf *b, const char *text, size_t len)
{
	size_t kept = 0, at = 0;

	while (at < len) {
		utf8proc_int32_t code;
		utf8proc_ssize_t n = 1;

		if ((unsigned char)text[at] > 0x7f) {
			n = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &code);
			if (n <= 0 || is_escaped(text, at))
				return false;
			buf_put(b, text + kept, at - kept);
			put_escape(b, code);
			kept = at + (size_t)n;
		}
		at += (size_t)n;
	}
	buf_put(b, text + kept, len - kept);
	return true;
}

static bool is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] > 0x7f)
			return false;
	return true;
}

static json_object *parse(const char *text, size_t len, struct err *err)
{
	enum json_tokener_error error;
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX);
	json_object *parsed;

	if (!tokener)
		return err_set(err, "out of memory"), NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	parsed = json_tokener_parse_ex(tokener, text, (int)len);
	error = json_tokener_get_error(tokener);
	json_tokener_free(tokener);
	if (error != json_tokener_success)
		return explain(error, parsed, err);
	if (json_object_is_type(parsed, json_type_object))
		return parsed;
	json_object_put(parsed);
	return err_set(err, "JSON, but not an object"), NULL;
}

json_object *json_parse(const char *text, size_t len, struct err *err)
{
	struct buf ascii = {0};
	json_object *parsed = NULL;

	if (len > JSON_TEXT_MAX)
		return err_set(err, "longer than %d MiB", JSON_TEXT_MAX >> 20), NULL;
	/* json-c 0.18, Debian 13's, takes nothing else where it is strict: its char is signed. */
	if (is_ascii(text, len))
		return parse(text, len, err);
	if (put_in_ascii(&ascii, text, len))
		parsed = parse(ascii.bytes, ascii.len, err);
	else
		err_set(err, "not JSON (invalid utf-8 string)");
	buf_free(&ascii);
	return parsed;
}

json_object *json_member(const json_object *object, const char *key, enum json_type type)
{
	json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

bool json_integer(const json_object *value, int64_t min, int64_t max, int64_t *number)
{
	int64_t found;

	if (!json_object_is_type(value, json_type_int))
		return false;
	found = json_object_get_int64(value); /* beyond its range it gives the nearest it can */
	if (found == INT64_MAX && json_object_get_uint64(value) > INT64_MAX)
		return false;
	if (found < min || found > max)
		return false;
	*number = found;
	return true;
}
