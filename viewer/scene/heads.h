/* heads.h: the lines above a timeline. For ladder.c. */
#ifndef SCENE_HEADS_H
#define SCENE_HEADS_H

#include "viewer/scene/lanes.h"
#include "viewer/scene/steps.h"

/* Fill l->heads (when, which processes and connections are drawn, what is left out) and l->warnings. */
void heads_write(struct ladder *l, const struct trace *t, const struct choice *choice, const struct drawn *drawn,
		 const struct steps *steps);

#endif
