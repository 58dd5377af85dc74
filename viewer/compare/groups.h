/* groups.h: connections of both runs grouped by all their steps. */
#ifndef COMPARE_GROUPS_H
#define COMPARE_GROUPS_H

#include "viewer/compare/pairs.h"

/* Connections that are equal in everything that counts, of one run or of both. */
struct group {
	uint64_t hash;
	const struct canon *canon;
	const struct canon_conn *first; /* the first of them, of `canon` */
	const struct canon_conn *firsts[2];
	size_t listener; /* one numbering for both runs: A's, then those of B that have none in A */
	size_t counts[2];
	struct group *next; /* of the same hash */
};

struct groups {
	struct arena *arena;
	struct map known;
	VEC(struct group *) list; /* by steps, whatever the order of the connections was */
};

/* listeners: by index in that canon, the number in both. run: 0 for A, 1 for B. */
void groups_add(struct groups *s, const struct canon *c, unsigned run, const size_t *listeners);

/* When all are added. */
void groups_sort(struct groups *s);
void groups_free(struct groups *s);

/* The number of steps that must be changed to make one of the other; what both lack costs nothing. */
int64_t groups_distance(const struct group *a, const struct group *b);
int64_t group_weight(const struct group *s);

#endif
