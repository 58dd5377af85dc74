/* overview.h: a timeline of many connections as plain data: a line each, time to the right, equal ones folded into one. */
#ifndef SCENE_OVERVIEW_H
#define SCENE_OVERVIEW_H

#include "viewer/scene/axis.h"
#include "viewer/scene/preface.h"
#include "viewer/scene/tone.h"

/* What a connection did in a slot of time, or'ed. */
enum track_mark {
	TRACK_OPEN = 1,   /* on its way, connected, or half of it */
	TRACK_QUEUED = 2, /* in the backlog: connected, and not yet accepted */
	TRACK_THERE = 4,  /* bytes from the client */
	TRACK_BACK = 8,   /* bytes to the client */
	TRACK_FAILED = 16,
	TRACK_ENDED = 32, /* the last that is known of it */
};

/* A connection; or, with `like`, those that went as the one above it and are not drawn themselves. */
struct track {
	unsigned conn;  /* 3 for c3 */
	const char *to; /* "To P1 nginx at *:80": lines of the same stand together */
	const char *
		client; /* "P2 curl", or an address; "P2 127.0.0.1:81" where lines that go to several places stand together */
	uint8_t marks[AXIS_SLOTS];
	uint64_t duration_ns; /* from connect to the last call */
	uint64_t there, back; /* bytes */
	const char *text;     /* what is to be said of it: "refused", "slowest like c1"; NULL */
	enum tone tone;
	size_t like;               /* how many */
	uint64_t p50_ns, p95_ns;   /* their durations, all of that kind taken together */
	uint64_t open[AXIS_SLOTS]; /* how many of them were open */
};

/* How many calls of one kind there were over time. */
struct activity {
	const char *name; /* "3 Exchange data", "P1 nginx", "48 x curl" */
	uint64_t calls[AXIS_SLOTS];
	uint64_t total, failed;
};

struct overview {
	struct preface preface;
	struct axis axis;
	VEC(struct activity) phases, procs;
	VEC(struct track) tracks;
	VEC(const char *) deeper; /* what to type for more, a line each */
};

struct overview_options {
	const struct choice *choice;
	bool whole_time; /* idle times are not cut out */
};

/* The scene of a trace, in the trace's arena. overview_free gives back the rest. */
struct overview *overview_new(struct trace *t, const struct overview_options *options);
void overview_free(struct overview *o);

/* overview_tracks.c: fill o->tracks with the chosen connections. */
void overview_tracks(struct overview *o, struct trace *t, const struct choice *choice);

/* overview_activity.c: fill o->phases and o->procs. */
void overview_activity(struct overview *o, struct trace *t, const struct choice *choice);

#endif
