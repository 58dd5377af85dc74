/* tracks.h: a number for each process and thread that no other of the trace has. For perfetto.c. */
#ifndef EXPORT_TRACKS_H
#define EXPORT_TRACKS_H

#include "viewer/base/map.h"
#include "viewer/model/model.h"

/*
 * Numbers of threads are those of the trace where nobody else has them. An exec keeps its pid, a pid namespace repeats it,
 * and a machine uses it again: a later one gets a number that no kernel gives.
 */
struct tracks {
	struct arena *arena;
	struct map threads, taken;
	uint64_t *of_process; /* by index */
	uint64_t next;
};

struct tracks tracks_new(struct trace *t);
void tracks_free(struct tracks *tracks);

/* The thread's number. *is_new: it has not been asked about before. */
uint64_t tracks_thread(struct tracks *tracks, const struct process *p, uint32_t tid, bool *is_new);

#endif
