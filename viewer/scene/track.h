/* track.h: one connection as a line of an overview. For overview_tracks.c. */
#ifndef SCENE_TRACK_H
#define SCENE_TRACK_H

#include "viewer/scene/overview.h"

/* What went wrong with a connection, in few words: "refused", "reset: closed with 5 bytes unread"... NULL: nothing. */
const char *track_trouble(struct arena *a, const struct conn *c);

/* The line of a connection. */
struct track track_of(const struct axis *x, struct trace *t, const struct conn *c);

/* Note when one more of those that are folded into the line was open. */
void track_add_like(struct track *track, const struct axis *x, const struct conn *c);

#endif
