/* lanes.h: which process is drawn in which lane. For ladder.c. */
#ifndef SCENE_LANES_H
#define SCENE_LANES_H

#include "viewer/scene/ladder.h"

enum { LANE_NONE = ~0U };

struct lane_plan {
	unsigned *of_process; /* by process index; LANE_NONE: not drawn */
	unsigned unseen[2];   /* of the ends that are not traced, by side; LANE_NONE: there are none */
};

/* Who has anything to draw. */
struct drawn {
	bool *procs; /* by process index */
	bool *conns; /* by id */
};

/* Fill l->lanes, with at most `most` lanes unless there are more sides than that. */
void lanes_plan(struct ladder *l, struct trace *t, const struct drawn *drawn, unsigned most, struct lane_plan *plan);

#endif
