/* address.c: an address object of the trace to a struct address. */
#include <string.h>

#include "viewer/load/fields.h"
#include "viewer/model/event.h"

static const struct field fields[] = {
	{"family", "an address family", field_constant, offsetof(struct address, family), true},
	{"len", "a length", field_u32, offsetof(struct address, len), true},
	{"short", "true", field_bool, offsetof(struct address, is_short), false},
	{"addr", "an IP address", field_string, offsetof(struct address, host), false},
	{"port", "a port", field_port, offsetof(struct address, port), false},
	{"scope_id", "a scope id", field_u32, offsetof(struct address, scope_id), false},
	{"path", "a path", field_string, offsetof(struct address, path), false},
	{"abstract", "an abstract name", field_string, offsetof(struct address, abstract), false},
};

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* An address while it is read: the kept one is as long as its bytes. */
union scratch {
	struct address address;
	char room[sizeof(struct address) + TRACE_RAW_MAX];
};

static bool read_raw(const json_object *object, struct address *address)
{
	json_object *raw = json_member(object, "raw", json_type_string);
	const char *hex = json_object_get_string(raw);
	size_t len = raw ? (size_t)json_object_get_string_len(raw) : 1;

	if (len % 2 || len / 2 > TRACE_RAW_MAX)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		int high = nibble(hex[i]), low = nibble(hex[i + 1]);

		if (high < 0 || low < 0)
			return false;
		address->raw[i / 2] = (uint8_t)(high << 4 | low);
	}
	address->raw_len = (uint8_t)(len / 2);
	return true;
}

/* Names that are equal are the same pointer in one store: so equal addresses have equal bytes. */
static bool read_address(struct store *s, const json_object *value, const struct address **to)
{
	union scratch scratch;
	struct err ignored;

	memset(&scratch, 0, sizeof scratch);
	if (!fields_read(s, value, fields, sizeof fields / sizeof *fields, &scratch.address, &ignored) ||
	    !read_raw(value, &scratch.address))
		return false;
	*to = intern_bytes(&s->kept, &scratch.address, offsetof(struct address, raw) + scratch.address.raw_len);
	return true;
}

bool field_address(struct store *s, const json_object *value, void *to)
{
	bool read;

	if (!json_object_is_type(value, json_type_object))
		return false;
	if (s->lock)
		pthread_mutex_lock(s->lock);
	read = read_address(s->common, value, to);
	if (s->lock)
		pthread_mutex_unlock(s->lock);
	return read;
}
