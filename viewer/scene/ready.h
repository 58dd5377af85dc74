/* ready.h: what poll, select and epoll were asked, and answered. For phrase.c. */
#ifndef SCENE_READY_H
#define SCENE_READY_H

#include "viewer/base/arena.h"
#include "viewer/model/event.h"

/* "4 readable, 5 writable"; NULL: nothing was ready, or the trace does not say what. */
const char *ready_answer(struct arena *a, const struct event *e);

/* "4 5": the descriptors that poll or select were to watch; NULL: the call does not name them. */
const char *ready_question(struct arena *a, const struct event *e);

#endif
