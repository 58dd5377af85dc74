/* shapes.h: connections grouped by the calls that their ends made. For stats.c. */
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

/* Fill stats->shapes, and give everything else back. */
void shapes_finish(struct shapes *s, struct stats *stats);

#endif
