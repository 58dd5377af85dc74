/* heads.h: what stands above a timeline. For ladder.c and overview.c. */
#ifndef SCENE_HEADS_H
#define SCENE_HEADS_H

#include "viewer/scene/lanes.h"
#include "viewer/scene/steps.h"

/* When, which processes and connections are drawn, what is left out. */
void heads_ladder(struct preface *p, struct trace *t, const struct choice *choice, const struct drawn *drawn,
		  const struct steps *steps);

/* When, how many there are, what is left out, who did not end well. */
void heads_overview(struct preface *p, struct trace *t, const struct choice *choice);

#endif
