/* outline.h: the descriptors' lineage as plain data: lines with lines below them. */
#ifndef SCENE_OUTLINE_H
#define SCENE_OUTLINE_H

#include "viewer/model/model.h"
#include "viewer/scene/tone.h"

struct outline_node {
	const char *text;   /* "3 tcp4 listening *:15213" */
	const char *note;   /* "closed here, the last copy"; NULL */
	const char *source; /* "srv.c:12"; NULL */
	enum tone tone, note_tone;
	struct outline_node *children, *next, *last_child;
};

struct outline {
	struct outline_node root; /* itself not drawn */
};

/* The scene of a trace. It lives in the trace's arena. */
struct outline *outline_new(struct trace *t);

#endif
