/* voice.h: what is said of each call besides its name and descriptor. For phrase.c. */
#ifndef SCENE_VOICE_H
#define SCENE_VOICE_H

#include "viewer/base/buf.h"
#include "viewer/model/model.h"
#include "viewer/scene/tone.h"

struct telling {
	struct trace *trace;
	const struct event *e;
	struct buf *out;
};

/* What was asked, and what came back when it succeeded; NULL: nothing to be said. */
struct voice {
	void (*asked)(struct telling *);
	void (*got)(struct telling *);
	enum tone tone;
};

/* That of the event's call: there is always one. */
const struct voice *voice_of(const struct event *e);

#endif
