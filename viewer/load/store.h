/* store.h: where what was read is kept, and what is already there. */
#ifndef LOAD_STORE_H
#define LOAD_STORE_H

#include "trace/calls.h"
#include "viewer/base/arena.h"
#include "viewer/base/intern.h"
#include "viewer/model/event.h"

enum { CALL_SLOTS = 256 }; /* a power of two, about twice as many as there are calls */

struct store {
	struct arena *arena;
	struct intern kept;             /* names and addresses: each once */
	struct map addresses;           /* the same addresses, by their text */
	uint8_t call_slots[CALL_SLOTS]; /* calls by the hash of their name; CALL_COUNT: free */
};

void store_begin(struct store *s, struct arena *a);
void store_end(struct store *s); /* what was kept stays in the arena */

/* The call of that name; CALL_UNKNOWN if this version has no row for it. */
enum call_id store_call(const struct store *s, const char *name, size_t len);

/* The address that a JSON object's text describes. NULL: it describes none. */
const struct address *store_address(struct store *s, const char *text, size_t len);

#endif
