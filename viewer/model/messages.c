/* messages.c: the datagrams that a call sent or received. */
#include "viewer/model/messages.h"

#include "viewer/base/json.h"
#include "viewer/model/steps.h"

static const char *text_member(struct arena *a, const json_object *object, const char *key)
{
	json_object *value = json_member(object, key, json_type_string);

	return value ? arena_string(a, json_object_get_string(value)) : NULL;
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void read_raw(struct address *to, const char *hex)
{
	for (; hex[0] && hex[1] && to->raw_len < TRACE_RAW_MAX; hex += 2) {
		int high = nibble(hex[0]), low = nibble(hex[1]);

		if (high < 0 || low < 0)
			return;
		to->raw[to->raw_len++] = (uint8_t)(high << 4 | low);
	}
}

/* The loader reads the addresses of a line; those of its messages are read when they are needed: here. */
static const struct address *read_address(struct arena *a, const json_object *object)
{
	struct address *address;
	const char *raw;
	int64_t number = 0;

	if (!object)
		return NULL;
	address = arena_alloc(a, sizeof *address + TRACE_RAW_MAX);
	address->family = text_member(a, object, "family");
	if (!address->family)
		return NULL;
	address->host = text_member(a, object, "addr");
	address->path = text_member(a, object, "path");
	address->abstract = text_member(a, object, "abstract");
	json_integer(json_member(object, "port", json_type_int), 0, UINT16_MAX, &number);
	address->port = (uint16_t)number;
	address->is_short = json_object_get_boolean(json_member(object, "short", json_type_boolean));
	raw = text_member(a, object, "raw");
	if (raw)
		read_raw(address, raw);
	address->len = address->raw_len;
	return address;
}

static const struct address *address_of(struct arena *a, const json_object *message)
{
	json_object *to = json_member(message, "addr", json_type_object);

	return read_address(a, to ? to : json_member(message, "peer", json_type_object));
}

static struct messages read_batch(struct arena *a, struct event *e)
{
	struct err ignored;
	json_object *line = json_parse(e->line, e->line_len, &ignored);
	json_object *array = line ? json_member(line, "msgs", json_type_array) : NULL;
	struct messages found = {0};
	struct message *items;

	if (array) {
		found.count = json_object_array_length(array);
		found.items = items = arena_alloc(a, found.count * sizeof *items + 1);
		for (size_t i = 0; i < found.count; i++) {
			json_object *one = json_object_array_get_idx(array, i);
			int64_t len = 0;

			json_integer(json_member(one, "len", json_type_int), 0, UINT32_MAX, &len);
			items[i] = (struct message){e, address_of(a, one), (uint32_t)len, false, NULL};
		}
	}
	json_object_put(line);
	return found;
}

struct messages messages_of(struct arena *a, struct event *e)
{
	struct message *one;

	if (e->kind != EVENT_CALL || e->ret < 0 || e->err)
		return (struct messages){0};
	if (e->call == CALL_sendmmsg || e->call == CALL_recvmmsg)
		return read_batch(a, e);
	if (!(flow_is_read(e) || flow_is_write(e)) || flow_is_aside(e))
		return (struct messages){0};
	one = arena_alloc(a, sizeof *one);
	*one = (struct message){e, event_is_read(e) ? e->peer : e->addr, (uint32_t)e->ret, false, NULL};
	return (struct messages){one, 1};
}
