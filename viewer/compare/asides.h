/* asides.h: what the canonical form leaves out and may still be told: how bytes were cut, how long it took. */
#ifndef COMPARE_ASIDES_H
#define COMPARE_ASIDES_H

#include "viewer/compare/compare.h"
#include "viewer/compare/pairs.h"

/* Tell what differs in them, as information unless the comparison is strict. */
void asides_compare(struct comparison *c, const struct pairs *p);

#endif
