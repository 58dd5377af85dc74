/* builder.h: what a timeline is built with. For ladder.c, telling.c and arrows.c. */
#ifndef SCENE_BUILDER_H
#define SCENE_BUILDER_H

#include "viewer/scene/ladder.h"
#include "viewer/scene/lanes.h"
#include "viewer/scene/steps.h"
#include "viewer/scene/strands.h"
#include "viewer/scene/threads.h"

/* What the builder knows of a row beyond what the scene says. */
struct row_origin {
	const struct step *step; /* that the row was made for; NULL */
	unsigned times;          /* that it happened, one after the other, and how long it took in all */
	uint64_t blocked_ns;
};

struct builder {
	struct trace *trace;
	struct ladder *ladder;
	const struct ladder_options *options;
	struct lane_plan plan;
	struct steps steps;
	VEC(struct row_origin) origins;        /* by row */
	VEC(const struct event *) wait_events; /* by wait */
	const struct process **last_in_lane;   /* by lane */
	uint64_t *levels;                      /* by lane: a bit for each level of waits that is taken */
	struct threads threads;
	struct strands strands;
	bool *exited;         /* by process: it has an exit line */
	bool *told_ending;    /* by process: how it ended stands in a row of its own */
	unsigned phase, conn; /* of the band we are in */
	uint64_t zero_ns;     /* of the trace's first step */
	uint64_t last_ns;
	size_t bands, told;
};

/*
 * A process's lane; that of a connection's end at that time: of its listener's process where nobody accepted, of the
 * unseen where it is not traced. LANE_NONE: not drawn.
 */
unsigned builder_lane(const struct builder *b, const struct process *p);
unsigned builder_end_lane(const struct builder *b, const struct conn *c, enum side side, uint64_t at_ns);

/* Who speaks, where a lane has several processes at once or the process several threads. NULL: nobody else could. */
const char *builder_tag(struct builder *b, const struct event *e, unsigned lane);

/* A new row at the end. Valid until the next. */
struct row *builder_row(struct builder *b, enum row_kind kind);

/* A call that blocks begins in that row; returns in that row. */
void builder_begin_wait(struct builder *b, const struct event *e, unsigned lane, size_t row);
void builder_end_wait(struct builder *b, const struct event *e, size_t row);

/* Tell a step: on its cause's row, or on a new one with what must stand before it. */
void builder_tell(struct builder *b, const struct step *s);

/* The arrow that leaves with a step (a request, bytes, the end); one that comes in from an end that is not traced. */
void arrows_outgoing(const struct builder *b, const struct step *s, struct row *row, unsigned lane);
void arrows_incoming(const struct builder *b, const struct step *s, struct row *row, unsigned lane);

/* The reset that a step got for an answer, into a row of its own. False: none. */
bool arrows_answer(const struct builder *b, const struct step *s, struct row *row, unsigned lane);

static inline enum side other_side(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

#endif
