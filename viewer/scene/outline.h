/* outline.h: processes and the lineage of their descriptors as plain data: lines with lines below them. */
#ifndef SCENE_OUTLINE_H
#define SCENE_OUTLINE_H

#include "viewer/base/vec.h"
#include "viewer/model/model.h"
#include "viewer/scene/tone.h"

enum outline_kind {
	OUTLINE_PROCESS,
	OUTLINE_DESCRIPTOR,
	OUTLINE_MORE, /* how many lines were left out here */
};

enum outline_fact_kind { FACT_TEXT, FACT_NUMBER, FACT_TRUTH };

/* What a line says, for those who want no words. */
struct outline_fact {
	enum outline_fact_kind kind;
	const char *key;  /* "pid" */
	const char *text; /* not escaped */
	uint64_t number;  /* of a truth 0 or 1 */
};

struct outline_node {
	enum outline_kind kind;
	const char *text;   /* "3 tcp4 listening *:15213" */
	const char *note;   /* "closed here, the last copy"; NULL */
	const char *source; /* "srv.c:12"; NULL */
	enum tone tone, note_tone;
	struct outline_fact *facts;
	unsigned nfacts;
	struct outline_node *children, *next, *last_child;
};

struct outline {
	struct outline_node root; /* itself not drawn */
};

struct outline_options {
	bool every; /* all lines, however many */
};

/* The scene of a trace. It lives in the trace's arena. */
struct outline *outline_new(struct trace *t, const struct outline_options *options);

/* outline_words.c: say what a process, a descriptor is. open: how many descriptors the process had at its end. */
void outline_process(struct trace *t, struct outline_node *node, const struct process *proc, unsigned open);
void outline_descriptor(struct trace *t, struct outline_node *node, const struct descriptor *d);

#endif
