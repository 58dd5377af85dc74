/* edits.h: what must be changed in one row of steps to get the other, and which of it follows from the rest. */
#ifndef COMPARE_EDITS_H
#define COMPARE_EDITS_H

#include "viewer/compare/align.h"
#include "viewer/compare/compare.h"
#include "viewer/compare/pairs.h"

/* A step that is only in A, only in B, or that became another. */
struct edit {
	const struct canon_step *a, *b; /* NULL: not there */
	size_t at_a, at_b; /* its index in each row; where it is not there, how many steps stand before it */
	enum side side;
	enum difference_class class;
	bool follows; /* from another edit */
};

struct edits {
	const struct canon *a, *b;
	VEC(struct edit) items;
	struct alignment alignment; /* scratch */
	VEC(uint32_t) acts[2];      /* scratch */
};

/* Append those of two rows. */
void edits_of_rows(struct edits *e, const struct canon_row *a, const struct canon_row *b, enum side side);

/* Of both ends of two connections, in the order of the conversation, `follows` set. They replace what was there. */
void edits_of_conns(struct edits *e, const struct canon_conn *a, const struct canon_conn *b);

void edits_free(struct edits *e);

static inline const struct act *act_of(const struct canon *c, const struct canon_step *step)
{
	return c->acts->list.items[step->act];
}

/* The act of an edit: A's, else B's. */
static inline const struct act *edit_act(const struct edits *e, const struct edit *edit)
{
	return edit->a ? act_of(e->a, edit->a) : act_of(e->b, edit->b);
}

#endif
