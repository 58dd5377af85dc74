/* scale.h: rows as far from each other as they are apart in time. For ladder.c. */
#ifndef SCENE_SCALE_H
#define SCENE_SCALE_H

#include "viewer/scene/ladder.h"

/* Fill unit_ns and the rows' spaces, and say so in the preface. */
void scale_rows(struct ladder *l);

#endif
