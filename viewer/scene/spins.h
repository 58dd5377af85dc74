/* spins.h: calls that are made again and again because there is nothing yet. For steps.c. */
#ifndef SCENE_SPINS_H
#define SCENE_SPINS_H

#include "viewer/base/arena.h"
#include "viewer/model/thread_map.h"

/* Start with {0}; spins_free gives it back. */
struct spins {
	struct map threads;
};

/* A call that found nothing, and was made again. */
struct spin {
	const struct event *first;
	size_t step; /* of the list of steps: that which tells it */
};

/*
 * The call is its thread's next. Where it found nothing to do (EAGAIN, poll's time is up): itself, or, if the thread
 * has made the same since it last got something done, the first of those, in the arena. NULL: it did something.
 */
struct spin *spins_next(struct spins *s, struct arena *a, const struct event *e);

/* The same of a call that waited: whatever it found, it did not spin. */
void spins_stop(struct spins *s, const struct event *e);

void spins_free(struct spins *s);

#endif
