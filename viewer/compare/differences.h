/* differences.h: differences put into words, with the lines of code that they come from. */
#ifndef COMPARE_DIFFERENCES_H
#define COMPARE_DIFFERENCES_H

#include "viewer/compare/compare.h"
#include "viewer/compare/edits.h"

/* Where an edit was found. */
struct found {
	const struct canon_row *a, *b;        /* the rows; NULL: that run has none */
	const struct canon_conn *in_a, *in_b; /* the connections; NULL: it is about none */
	const char *listener;                 /* "L1"; NULL */
	size_t times, of;
};

/* Add a difference, or count one more of those that are the same: same class, same act at the same lines of code.
 * Nothing is added of a class that is ignored. */
void difference_of_edit(struct comparison *c, const struct edits *e, const struct edit *edit, const struct found *f);

/* One that is about no step. Its message and sides are the caller's to fill in; NULL: its class is ignored. */
struct difference *difference_add(struct comparison *c, enum difference_class class, const char *message);

/* Add steps as lines of a hunk, at most `most` of them. */
void difference_row(struct comparison *c, struct difference *d, char sign, const struct canon *canon,
		    const struct canon_row *row, const char *port, size_t most);

/* Fill in the place of a call. */
void difference_site(struct comparison *c, struct difference_side *side, struct trace *t, const struct event *e);

#endif
