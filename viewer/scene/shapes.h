/* shapes.h: connections grouped by the calls that their ends made. For stats.c and overview_tracks.c. */
#ifndef SCENE_SHAPES_H
#define SCENE_SHAPES_H

#include "viewer/base/quantiles.h"
#include "viewer/scene/stats.h"

struct shapes;

/* What is told of many durations. */
struct stats_latency stats_latency(struct quantiles *q);

struct shapes *shapes_new(const struct trace *t);

/* A call of a connection's end, in order of time. */
void shapes_add(struct shapes *s, const struct event *e);

/* The number of the first connection asked about that has the shape of this one; all calls must have been added. The
 * shape lives in the arena. */
unsigned shapes_example(struct shapes *s, struct arena *a, const struct conn *c);

/* Fill stats->shapes, and give everything else back. */
void shapes_finish(struct shapes *s, struct stats *stats);

#endif
