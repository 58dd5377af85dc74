/* threads.h: the threads of processes by numbers that can be read. For ladder.c. */
#ifndef SCENE_THREADS_H
#define SCENE_THREADS_H

#include "viewer/base/map.h"
#include "viewer/model/model.h"

/* Start with {0}; threads_free gives it back. */
struct threads {
	struct map known;
	unsigned *count; /* by process index */
};

/* Which thread of its process made the event: 1, 2... in the order in which they are first asked about. */
unsigned threads_number(struct threads *threads, struct trace *t, const struct event *e);
void threads_free(struct threads *threads);

#endif
