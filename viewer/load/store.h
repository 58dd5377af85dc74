/* store.h: where what was read is kept, and what is already there. */
#ifndef LOAD_STORE_H
#define LOAD_STORE_H

#include <pthread.h>

#include "trace/calls.h"
#include "viewer/base/arena.h"
#include "viewer/base/intern.h"
#include "viewer/model/event.h"

enum { CALL_SLOTS = 256 }; /* a power of two, about twice as many as there are calls */

struct store {
	struct arena *arena;
	struct intern kept;    /* names, and what addresses are made of: each once */
	struct store *common;  /* that addresses are kept in, each once for all threads: this one, if it is alone */
	pthread_mutex_t *lock; /* of the common one; NULL: this one is alone */
	struct map addresses;  /* those that were met here, by their text */
	uint8_t call_slots[CALL_SLOTS]; /* calls by the hash of their name; CALL_COUNT: free */
};

void store_begin(struct store *s, struct arena *a);

/* One for a thread of its own, with an arena of its own, beside others that have addresses in common with it. */
void store_join(struct store *s, struct arena *a, struct store *common, pthread_mutex_t *lock);
void store_end(struct store *s); /* what was kept stays in the arena */

/* The call of that name; CALL_UNKNOWN if this version has no row for it. */
enum call_id store_call(const struct store *s, const char *name, size_t len);

/* The address that a JSON object's text describes. NULL: it describes none. */
const struct address *store_address(struct store *s, const char *text, size_t len);

#endif
