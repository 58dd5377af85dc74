/* series.h: how many of something there were over the time of a trace. For stats.c. */
#ifndef SCENE_SERIES_H
#define SCENE_SERIES_H

#include "viewer/scene/stats.h"

/* The slot of a time, both in nanoseconds since the trace's start. */
size_t series_slot(uint64_t at_ns, uint64_t duration_ns);

/* Find the highest of slots that hold counts. */
void series_peak(struct stats_series *s, uint64_t duration_ns);

/* Fill s->open_socks, socks and socks_unclosed. */
void series_socks(struct stats *s, const struct trace *t);

#endif
