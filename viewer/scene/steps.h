/* steps.h: a trace's events in the order in which they are told. For ladder.c. */
#ifndef SCENE_STEPS_H
#define SCENE_STEPS_H

#include "viewer/base/vec.h"
#include "viewer/scene/choice.h"
#include "viewer/scene/phrase.h"
#include "viewer/scene/spins.h"

/* An event, or one of the two parts of a call that waited. */
struct step {
	const struct event *event;
	size_t number; /* of the event in the trace, from 1 */
	enum part part;
	uint64_t at_ns;    /* when it is told: a read when it returned, a write when it began */
	unsigned times;    /* that its thread made the call, one after the other, before it got anything else done */
	uint64_t until_ns; /* when the last of them returned */
};

struct steps {
	VEC(struct step) list;
	size_t most;  /* as many as the list may hold; beyond, the chosen are only counted */
	size_t found; /* chosen */
	size_t told;  /* the same, those that were made again and again once */
	size_t all;   /* of the trace */
	struct spins spins;
};

/* A wait shorter than this is the machine's, and is not told. */
enum { WAIT_TOLD_NS = 5000000 };

/* Whether the trace's event of that index is told in two parts, its beginning and its return. */
bool steps_waited(const struct trace *t, size_t index);

/* The chosen ones. Start with {.most = N}; the caller frees with vec_free(&s->list). */
void steps_find(struct steps *s, const struct trace *t, const struct choice *choice);

#endif
