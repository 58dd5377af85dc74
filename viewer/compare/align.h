/* align.h: which steps of two rows are the same. */
#ifndef COMPARE_ALIGN_H
#define COMPARE_ALIGN_H

#include <stddef.h>
#include <stdint.h>

#include "viewer/base/vec.h"

/* Steps by the numbers of their acts. */
struct row_acts {
	const uint32_t *acts;
	size_t count;
};

/* A step of both rows, or of one: then the other index is SIZE_MAX. */
struct aligned {
	size_t a, b;
};

struct alignment {
	VEC(struct aligned) items; /* in order: where steps are in one row only, those of `a` come first */
};

/*
 * Append the alignment: patience (acts that are in both rows exactly once hold it in place), and between those the least
 * number of insertions and deletions (Myers 1986). Where that number is large the rest is taken for different: time and
 * memory stay linear in the rows. Equal input gives equal output.
 */
void align(struct alignment *out, struct row_acts a, struct row_acts b);

void alignment_free(struct alignment *a);

#endif
