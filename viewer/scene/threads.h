/* threads.h: the threads of processes by numbers that can be read. For ladder.c. */
#ifndef SCENE_THREADS_H
#define SCENE_THREADS_H

#include "viewer/model/model.h"
#include "viewer/model/thread_map.h"

/* Start with {0}; threads_free gives it back. */
struct threads {
	struct map known;
};

/* Number the threads of each process that has several: 1, 2... in the order of their first calls, whatever of them is told. */
void threads_count(struct threads *threads, struct trace *t);

/* Which thread of its process, if that has several, made the event. */
unsigned threads_number(const struct threads *threads, const struct event *e);
void threads_free(struct threads *threads);

#endif
