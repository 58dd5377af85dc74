/* heads.h: the lines above a timeline. For ladder.c. */
#ifndef SCENE_HEADS_H
#define SCENE_HEADS_H

#include "viewer/scene/ladder.h"

/* Fill l->heads (when, processes, connections: one of them, or all with conn 0) and l->warnings. */
void heads_write(struct ladder *l, const struct trace *t, unsigned conn);

#endif
