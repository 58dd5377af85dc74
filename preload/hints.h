/*
 * hints.h: where to look for what has a key, so that nobody need look everywhere. No locks, and nothing is ever taken out: what a hint
 * leads to may be something else by now, and whoever follows one makes sure. One can be lost where two are given at once.
 *
 *   for (struct hint i = hints_for(key); hints_next(&all, &i);)
 *           if (has_key(i.to, key))
 *                   return i.to;
 */
#ifndef PRELOAD_HINTS_H
#define PRELOAD_HINTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	HINTS_SLOTS = 8,   /* in a bucket: a line of the processor's cache */
	HINTS_FIRST = 128, /* buckets of the first level */
	HINTS_LEVELS = 7,  /* each with four times as many buckets: in the last, more than there can be descriptors */
};

/* In a slot: half of the hash, and where it leads to. 0: free, and never again once it was used. */
struct hints_bucket {
	_Alignas(64) _Atomic uint64_t slots[HINTS_SLOTS];
};

struct hints {
	struct hints_bucket first[HINTS_FIRST];
	struct hints_bucket *_Atomic more[HINTS_LEVELS - 1]; /* NULL until the levels before have no room for a key */
};

struct hint {
	uint64_t hash;
	int at;      /* the next slot to look at, counted through the levels */
	uint32_t to; /* what was found */
};

struct hint hints_for(uint64_t key);

/* Find the next of them. False after the last; there are HINTS_SLOTS * HINTS_LEVELS at most. */
bool hints_next(struct hints *all, struct hint *i);

/* Before a sandbox, in which no memory is to be had: have room for some thousands. */
void hints_secure(struct hints *all);

/* The key that it has when it is asked. False: none any more. */
typedef bool hints_key(uint32_t to, uint64_t *key);

/* `to`, not 0, has this key now. What has another by now makes room. */
void hints_put(struct hints *all, uint64_t key, uint32_t to, hints_key *key_of);

#endif
