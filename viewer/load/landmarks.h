/* landmarks.h: the events of a trace that do more than move bytes or wait for them. */
#ifndef LOAD_LANDMARKS_H
#define LOAD_LANDMARKS_H

#include "viewer/model/model.h"

/* Find trace->landmarks, in the order of its events. */
void landmarks_find(struct trace *t);

#endif
