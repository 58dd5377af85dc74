/* map.c: open addressing with linear probing. */
#include "viewer/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"

void *map_find(const struct map *m, uint64_t hash, bool (*same)(const void *value, const void *key), const void *key)
{
	if (!m->room)
		return NULL;
	for (size_t i = hash & (m->room - 1); m->slots[i].value; i = (i + 1) & (m->room - 1))
		if (m->slots[i].hash == hash && same(m->slots[i].value, key))
			return m->slots[i].value;
	return NULL;
}

static void insert(struct map *m, uint64_t hash, void *value)
{
	size_t i = hash & (m->room - 1);

	while (m->slots[i].value)
		i = (i + 1) & (m->room - 1);
	m->slots[i] = (struct map_slot){.hash = hash, .value = value};
}

static void grow(struct map *m)
{
	struct map old = *m;

	m->room = old.room ? mem_product(old.room, 2) : 16;
	m->slots = mem_take(mem_product(m->room, sizeof *m->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].value)
			insert(m, old.slots[i].hash, old.slots[i].value);
	mem_drop(old.slots, old.room * sizeof *old.slots);
}

void map_add(struct map *m, uint64_t hash, void *value)
{
	if (m->count >= m->room / 2)
		grow(m);
	insert(m, hash, value);
	m->count++;
}

void map_free(struct map *m)
{
	mem_drop(m->slots, m->room * sizeof *m->slots);
	*m = (struct map){0};
}

/* The finalizer of splitmix64: every bit of the input moves every bit of the result. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

/* The seed may be a number too, as like the other as a process's index and its thread: each has bits of its own. */
uint64_t hash_number(uint64_t seed, uint64_t number)
{
	return mix((seed << 32 | seed >> 32) ^ number);
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len)
{
	const char *at = bytes;
	uint64_t hash = mix(seed ^ len);

	while (len) {
		uint64_t word = 0;
		size_t part = len < sizeof word ? len : sizeof word;

		memcpy(&word, at, part);
		hash = mix(hash ^ word);
		at += part;
		len -= part;
	}
	return hash;
}

uint64_t hash_string(uint64_t seed, const char *s)
{
	return s ? hash_bytes(seed, s, strlen(s)) : hash_bytes(seed, "", 0);
}
