/* steps.h: a trace's events in the order in which they are told. For ladder.c. */
#ifndef SCENE_STEPS_H
#define SCENE_STEPS_H

#include "viewer/base/vec.h"
#include "viewer/scene/phrase.h"

/* An event, or one of the two parts of a call that waited. */
struct step {
	const struct event *event;
	enum part part;
	uint64_t at_ns; /* when it is told: a read when it returned, a write when it began */
};

struct steps {
	VEC(struct step) list;
};

/* A wait shorter than this is the machine's, and is not told. */
enum { WAIT_TOLD_NS = 5000000 };

/* Of one connection, or of all (conn 0). The caller frees with vec_free(&s->list). */
void steps_find(struct steps *s, const struct trace *t, unsigned conn);

#endif
