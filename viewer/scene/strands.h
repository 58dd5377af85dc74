/* strands.h: who has a place beside the others in a lane: threads, and processes that live at the same time. For ladder.c. */
#ifndef SCENE_STRANDS_H
#define SCENE_STRANDS_H

#include "viewer/model/thread_map.h"
#include "viewer/scene/lanes.h"
#include "viewer/scene/steps.h"

/* Start with {0}; strands_free gives it back. */
struct strands {
	struct map speakers; /* by thread */
};

/*
 * Give each thread that makes a step a strand of its lane, so that no two have one at the same time. Lanes where one
 * would do, or more than `most` are needed, get none. Fills lane.strands and lane.strand.
 */
void strands_plan(struct strands *s, struct ladder *l, const struct steps *steps, const struct lane_plan *plan,
		  unsigned most);

/* The strand in its lane of the event's thread, of a process's first thread; 0 where the lane has none. */
unsigned strands_of(const struct strands *s, const struct event *e);
unsigned strands_of_process(const struct strands *s, const struct process *p);
void strands_free(struct strands *s);

#endif
