/* passing.c: lists of descriptors in a line: those that travel in messages, those that a range of numbers closed. */
#include "viewer/model/passing.h"

#include <limits.h>

#include "viewer/base/json.h"
#include "viewer/model/steps.h"

static void add_all(struct fdsocks *found, size_t room, const json_object *array)
{
	size_t count = array ? json_object_array_length(array) : 0;

	for (size_t i = 0; i < count && found->count < room; i++) {
		const json_object *one = json_object_array_get_idx(array, i);
		json_object *cookie = json_member(one, "sock", json_type_int);
		int64_t fd;

		if (!cookie || !json_integer(json_member(one, "fd", json_type_int), 0, INT_MAX, &fd))
			continue;
		found->items[found->count++] = (struct fdsock){.fd = (int)fd, .sock = json_object_get_uint64(cookie)};
	}
}

/* Each entry of a line takes more bytes than this. */
enum { LEAST_ENTRY = 12 };

struct fdsocks fdsocks_of(struct arena *a, const struct event *e, const char *key)
{
	struct fdsocks found = {0};
	size_t room = e->line_len / LEAST_ENTRY;
	struct err ignored;
	json_object *line, *batch;

	if (!line_has(e, key))
		return found;
	line = json_parse(e->line, e->line_len, &ignored);
	if (!line)
		return found;
	found.items = arena_alloc(a, (room + 1) * sizeof *found.items);
	add_all(&found, room, json_member(line, key, json_type_array));
	batch = json_member(line, "msgs", json_type_array);
	for (size_t i = 0; batch && i < json_object_array_length(batch); i++)
		add_all(&found, room, json_member(json_object_array_get_idx(batch, i), key, json_type_array));
	json_object_put(line);
	return found;
}
