/* membership.h: the group that a socket joins or leaves. For phrase.c. */
#ifndef SCENE_MEMBERSHIP_H
#define SCENE_MEMBERSHIP_H

#include "viewer/base/arena.h"
#include "viewer/model/event.h"

/* "239.1.2.3" of a setsockopt that says so; NULL: it is another option, or the trace does not hold it. */
const char *membership_words(struct arena *a, const struct event *e);

#endif
