/* map.h: a hash table from keys of any kind to pointers. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start with {0}. The values belong to the caller, the table to map_free. Nothing is ever removed. */
struct map {
	struct map_slot {
		uint64_t hash;
		void *value; /* NULL: free */
	} * slots;
	size_t count, room;
};

/* A value of that hash for which same(value, key) holds, or NULL. */
void *map_find(const struct map *m, uint64_t hash, bool (*same)(const void *value, const void *key), const void *key);

/* Add a value (not NULL), whether or not the map has an equal one. */
void map_add(struct map *m, uint64_t hash, void *value);

void map_free(struct map *m);

/* Hashes that can be combined: feed the result of one into the next as `seed` (0 to begin). */
uint64_t hash_number(uint64_t seed, uint64_t number);
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len);
uint64_t hash_string(uint64_t seed, const char *s); /* NULL hashes like "" */

#endif
