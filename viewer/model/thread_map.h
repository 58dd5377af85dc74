/* thread_map.h: what a step of the model knows of each thread. */
#ifndef MODEL_THREAD_MAP_H
#define MODEL_THREAD_MAP_H

#include "viewer/base/arena.h"
#include "viewer/base/map.h"
#include "viewer/model/event.h"

struct thread {
	const struct process *proc;
	uint32_t tid;
	void *value; /* the step's own; NULL at first */
};

/* The thread that made the call; NULL where it was never added. The map is freed by map_free. */
struct thread *thread_find(const struct map *threads, const struct event *e);

/* The same, added to the map where it is new, in the arena. */
struct thread *thread_add(struct arena *a, struct map *threads, const struct event *e);

#endif
