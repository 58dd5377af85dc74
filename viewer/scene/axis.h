/* axis.h: time from left to right in equal slots, with the long times in which nothing happened cut out. */
#ifndef SCENE_AXIS_H
#define SCENE_AXIS_H

#include "viewer/scene/choice.h"

/* Divides by many numbers of character cells. */
enum { AXIS_SLOTS = 240, AXIS_PARTS = 6 };

/* A stretch of time that is drawn. */
struct axis_part {
	uint64_t from_ns, to_ns; /* on the trace's clock */
	unsigned slot, slots;    /* where it begins, how many it has */
};

struct axis {
	uint64_t zero_ns; /* of the trace's first step: times are told since then */
	struct axis_part parts[AXIS_PARTS];
	unsigned nparts; /* between two of them nothing happened; 0: nothing happened at all */
};

/* From the first chosen event to the last; `whole`: nothing is cut out. */
struct axis axis_find(const struct trace *t, const struct choice *choice, bool whole);

/* The slot of a time; what lies outside, or was cut out, belongs to the nearest. */
unsigned axis_slot(const struct axis *x, uint64_t at_ns);

#endif
