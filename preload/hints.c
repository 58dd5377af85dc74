/* hints: where to look for what has a key. */
#include "preload/hints.h"

#include <stddef.h>

#include "preload/hash.h"
#include "preload/mem.h"
#include "preload/state.h"
#include "preload/sys.h"

enum { FIRST_BITS = 7, PUT_TRIES = 4, SECURED = 2 /* levels */, AT_MOST = HINTS_SLOTS * HINTS_LEVELS };

_Static_assert(1 << FIRST_BITS == HINTS_FIRST, "a hash's highest bits choose a bucket");

/* The high bits choose a bucket, the low ones are kept. */
static uint64_t hash_of_hint(uint64_t key)
{
	uint64_t hash = hash_of(key);

	return hash ^ hash >> 32;
}

static uint64_t slot_of(uint64_t hash, uint32_t to)
{
	return hash << 32 | to;
}

/* NULL where its level is not there. */
static _Atomic uint64_t *slot_at(struct hints *all, uint64_t hash, int at)
{
	int level = at / HINTS_SLOTS;
	struct hints_bucket *buckets = level ? atomic_load(&all->more[level - 1]) : all->first;

	return buckets ? &buckets[hash >> (64 - FIRST_BITS - 2 * level)].slots[at % HINTS_SLOTS] : NULL;
}

static void need_level(struct hints *all, int level)
{
	if (!level || atomic_load(&all->more[level - 1]))
		return;
	size_t len = sizeof(struct hints_bucket) * HINTS_FIRST << 2 * level;
	struct hints_bucket *buckets = shim_is_sandboxed() ? NULL : mem_pages(len), *none = NULL;

	if (buckets && !atomic_compare_exchange_strong(&all->more[level - 1], &none, buckets))
		sys_munmap(buckets, len); /* another thread was faster */
}

void hints_secure(struct hints *all)
{
	for (int level = 1; level <= SECURED; level++)
		need_level(all, level);
}

struct hint hints_for(uint64_t key)
{
	return (struct hint){.hash = hash_of_hint(key)};
}

/* A slot that was used stays so, and the first with room is taken: behind a free one there is nothing. */
bool hints_next(struct hints *all, struct hint *i)
{
	while (i->at < AT_MOST) {
		_Atomic uint64_t *at = slot_at(all, i->hash, i->at++);
		uint64_t slot = at ? atomic_load(at) : 0;
		if (!slot)
			return false;
		i->to = (uint32_t)slot;
		if (slot == slot_of(i->hash, i->to))
			return true;
	}
	return false;
}

static bool has_room(uint64_t slot, hints_key *key_of)
{
	uint64_t key;

	return !slot || !key_of((uint32_t)slot, &key) || slot_of(hash_of_hint(key), (uint32_t)slot) != slot;
}

/* A slot for this one; NULL if there is none, or it has one. *was gets what is in there. */
static _Atomic uint64_t *find_room(struct hints *all, uint64_t hash, uint64_t own, hints_key *key_of, uint64_t *was)
{
	_Atomic uint64_t *room = NULL, *at;

	for (int i = 0; i < AT_MOST; i++) {
		if (!room && i % HINTS_SLOTS == 0)
			need_level(all, i / HINTS_SLOTS);
		at = slot_at(all, hash, i);
		uint64_t slot = at ? atomic_load(at) : 0;
		if (at && !room && has_room(slot, key_of)) {
			room = at;
			*was = slot;
		}
		if (slot == own)
			return NULL;
		if (!slot)
			break;
	}
	return room;
}

void hints_put(struct hints *all, uint64_t key, uint32_t to, hints_key *key_of)
{
	uint64_t hash = hash_of_hint(key), own = slot_of(hash, to), was;

	for (int tries = 0; tries < PUT_TRIES; tries++) {
		_Atomic uint64_t *room = find_room(all, hash, own, key_of, &was);
		if (!room || atomic_compare_exchange_strong(room, &was, own))
			return;
	}
}
