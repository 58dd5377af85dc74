/* store.c: where what was read is kept, and what is already there. */
#include "viewer/load/store.h"

#include <string.h>

#include "viewer/load/fields.h"

_Static_assert(CALL_COUNT < CALL_SLOTS - CALL_SLOTS / 4, "the table of calls is too full");

/* An address that was read before. */
struct known {
	const char *text;
	size_t len;
	const struct address *address;
};

static size_t call_slot(const char *name, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, name, len < sizeof word ? len : sizeof word);
	return hash_number(len, word) % CALL_SLOTS;
}

static void add_calls(struct store *s)
{
	memset(s->call_slots, CALL_COUNT, sizeof s->call_slots);
	for (unsigned id = 0; id < CALL_COUNT; id++) {
		size_t slot = call_slot(call_table[id].name, strlen(call_table[id].name));

		while (s->call_slots[slot] != CALL_COUNT)
			slot = (slot + 1) % CALL_SLOTS;
		s->call_slots[slot] = (uint8_t)id;
	}
}

void store_begin(struct store *s, struct arena *a)
{
	*s = (struct store){.arena = a, .kept = {.arena = a}, .common = s};
	add_calls(s);
}

void store_join(struct store *s, struct arena *a, struct store *common, pthread_mutex_t *lock)
{
	store_begin(s, a);
	s->common = common;
	s->lock = lock;
}

void store_end(struct store *s)
{
	intern_free(&s->kept);
	map_free(&s->addresses);
}

enum call_id store_call(const struct store *s, const char *name, size_t len)
{
	for (size_t slot = call_slot(name, len); s->call_slots[slot] != CALL_COUNT; slot = (slot + 1) % CALL_SLOTS) {
		const char *known = call_table[s->call_slots[slot]].name;

		if (strncmp(known, name, len) == 0 && known[len] == '\0')
			return (enum call_id)s->call_slots[slot];
	}
	return CALL_UNKNOWN;
}

static bool same_text(const void *value, const void *key)
{
	const struct known *a = value, *b = key;

	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

const struct address *store_address(struct store *s, const char *text, size_t len)
{
	struct known key = {.text = text, .len = len}, *known;
	uint64_t hash = hash_bytes(0, text, len);
	struct err ignored;
	json_object *object;

	known = map_find(&s->addresses, hash, same_text, &key);
	if (known)
		return known->address;
	object = json_parse(text, len, &ignored);
	if (object && field_address(s, object, &key.address)) {
		known = arena_alloc(s->arena, sizeof *known);
		*known = key;
		known->text = arena_copy(s->arena, text, len);
		map_add(&s->addresses, hash, known);
	}
	json_object_put(object);
	return key.address;
}
