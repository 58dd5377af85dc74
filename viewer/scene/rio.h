/* rio.h: which of the lesson's functions made a call. For boxes.c. */
#ifndef SCENE_RIO_H
#define SCENE_RIO_H

#include "viewer/model/model.h"

/* The outermost of the lesson's functions on the stack; else the function of the call's site if it is of that family.
 * NULL: neither, or not known. */
const char *rio_function(struct trace *t, const struct event *e);

#endif
