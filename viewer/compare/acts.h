/* acts.h: what a program did in one step, told so that equal deeds of two runs are equal. */
#ifndef COMPARE_ACTS_H
#define COMPARE_ACTS_H

#include <stdint.h>

#include "viewer/base/buf.h"
#include "viewer/base/intern.h"
#include "viewer/base/vec.h"
#include "viewer/model/event.h"

enum verb {
#define VERB(name, ...) VERB_##name,
#include "viewer/compare/verbs.def"
	VERB_COUNT,
};

/* Of the bytes that were sent count: nothing, how many, or which. PAYLOAD_HASH and PAYLOAD_TEXT differ in how they are shown. */
enum payload { PAYLOAD_TEXT, PAYLOAD_HASH, PAYLOAD_LEN, PAYLOAD_NONE };

/* Compared byte by byte, so that all of it must be set; strings are interned: equal ones have one address. */
struct act {
	enum verb verb;
	enum call_id call; /* of VERB_STRAY, VERB_WAITS and VERB_OTHER; else 0 */
	int64_t number;    /* bytes, a backlog; -1: does not count */
	const char *what;  /* the words behind the verb; NULL */
	const char *err;   /* "ECONNREFUSED"; NULL where it succeeded */
	const char *data;  /* the first bytes of a transfer; NULL: do not count, or are not known */
	uint64_t data_len;
};

/* The acts of all traces that are compared with each other. */
struct acts {
	struct intern text;
	struct map known;
	VEC(const struct act *) list; /* by number */
	enum payload payload;
	uint64_t limit; /* so many bytes of each transfer were recorded by all traces; UINT64_MAX: all */
};

void acts_begin(struct acts *a, struct arena *arena, enum payload payload);
void acts_end(struct acts *a);

/* The number of an act: the same for equal ones. */
uint32_t acts_number(struct acts *a, const struct act *act);

/* A string that lives as long as the acts, one for equal ones; NULL for NULL. */
const char *acts_word(struct acts *a, const char *text);

/* Append `send 6 "hello\n"`. bytes: how many were moved, where the act does not say; port: "L1" for `PORT(L1)`, or NULL.
 * Nothing of it can do harm to a terminal. */
void act_print(struct buf *out, const struct acts *a, const struct act *act, uint64_t bytes, const char *port);

#endif
