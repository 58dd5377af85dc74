/* values: what a trace says, as JSON text that may be shown. */
#include "viewer/export/values.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/json.h"

void put_quoted(struct buf *out, const char *words)
{
	buf_puts(out, "\"");
	for (const char *p = words; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_puts(out, "\\");
		buf_put(out, p, 1);
	}
	buf_puts(out, "\"");
}

void put_string(struct buf *out, const char *bytes, size_t len)
{
	struct buf shown = {0};

	escape_bytes(&shown, bytes, len);
	put_quoted(out, shown.bytes ? shown.bytes : "");
	buf_free(&shown);
}

void put_words(struct buf *out, const char *key, const char *words)
{
	if (!words)
		return;
	buf_printf(out, ",\"%s\":", key);
	put_quoted(out, words);
}

/* A JSON value of the trace; its strings as they may be shown. */
static void put_value(struct buf *out, json_object *value)
{
	size_t count = 0;

	switch (json_object_get_type(value)) {
	case json_type_object: {
		json_object_object_foreach(value, key, member)
		{
			buf_puts(out, count++ ? "," : "{");
			put_string(out, key, strlen(key));
			buf_puts(out, ":");
			put_value(out, member);
		}
		buf_puts(out, count ? "}" : "{}");
		break;
	}
	case json_type_array:
		buf_puts(out, "[");
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			buf_puts(out, i ? "," : "");
			put_value(out, json_object_array_get_idx(value, i));
		}
		buf_puts(out, "]");
		break;
	case json_type_string:
		put_string(out, json_object_get_string(value), (size_t)json_object_get_string_len(value));
		break;
	case json_type_int:
	case json_type_boolean:
		buf_puts(out, json_object_to_json_string(value));
		break;
	case json_type_double: /* no call has one, and not each that json-c reads is JSON */
	case json_type_null:
		buf_puts(out, "null");
	}
}

void put_args(struct buf *out, const struct event *e)
{
	struct err ignored;
	json_object *args = e->args_at ? json_parse(event_args(e), e->args_len, &ignored) : NULL;

	if (args && json_object_object_length(args)) {
		buf_puts(out, ",\"args\":");
		put_value(out, args);
	}
	json_object_put(args);
}

/* Microseconds, to the nanosecond. */
void put_time(struct buf *out, const char *key, uint64_t ns)
{
	buf_printf(out, ",\"%s\":%" PRIu64 ".%03" PRIu64, key, ns / 1000, ns % 1000);
}
