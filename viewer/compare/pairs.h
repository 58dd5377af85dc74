/* pairs.h: which listener and which connection of one run stands for which of the other. */
#ifndef COMPARE_PAIRS_H
#define COMPARE_PAIRS_H

#include "viewer/compare/canon.h"

/* Connections of the same shape on each side, one standing for the other; NULL: that run has none. */
struct conn_pair {
	const struct canon_conn *a, *b; /* the first of them */
	size_t times;
	bool equal;
};

struct pairs {
	struct arena *arena;
	size_t *to_b;                /* by listener of A: index in B; SIZE_MAX: none */
	size_t *to_a;                /* the other way round */
	VEC(struct conn_pair) conns; /* in an order that does not depend on the order of service */
};

void pairs_find(struct pairs *p, const struct canon *a, const struct canon *b);
void pairs_free(struct pairs *p);

#endif
