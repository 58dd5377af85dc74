/* phrase.h: a call as one line of words. */
#ifndef SCENE_PHRASE_H
#define SCENE_PHRASE_H

#include "viewer/model/model.h"
#include "viewer/scene/tone.h"

/* A call that waited is told in two parts, its beginning and its return; any other as a whole. */
enum part { PART_WHOLE, PART_CALL, PART_RETURN };

struct phrase {
	const char *text; /* "ret accept = 4  c1" */
	const char *note; /* "ECONNREFUSED: nobody listens there"; NULL */
	enum tone tone;
};

/* Strings live in the trace's arena. */
struct phrase phrase_event(struct trace *t, const struct event *e, enum part part);

#endif
