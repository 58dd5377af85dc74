/* call_rows.h: every event of a trace as plain data: what it was, and which others it belongs to. Built one at a time. */
#ifndef SCENE_CALL_ROWS_H
#define SCENE_CALL_ROWS_H

#include "viewer/base/map.h"
#include "viewer/base/vec.h"
#include "viewer/model/model.h"
#include "viewer/scene/phrase.h"

/* Texts are printable and in the trace's arena. Other events are given by their numbers in the trace, from 1. */
struct call_row {
	const struct event *event;
	uint64_t at_ns;       /* its entry, since the trace's first step */
	struct phrase phrase; /* the event in words */
	const char *payload;  /* the bytes it moved, escaped; NULL: none are recorded */
	const char *source;   /* "echo.c:14"; NULL */
	unsigned conn;        /* 3 for c3; 0: none */
	size_t listener;      /* what made the listening socket that it is about; 0: it is about none */
	bool failed;
	int box;             /* of its connection's diagram; -1: none */
	VEC(size_t) causes;  /* what it was the effect of: the writes whose bytes it read, the connect it accepted */
	VEC(size_t) lineage; /* where its descriptor is from: its birth, that of what it is a copy of, ... */
};

/* Begin with call_rows_begin; call_rows_end gives the rest back. */
struct call_rows {
	struct trace *trace;
	uint64_t zero_ns;
	struct map numbers; /* places in trace->events, by event */
	struct map made;    /* sockets, by the event that made them */
};

void call_rows_begin(struct call_rows *c, struct trace *t);
void call_rows_end(struct call_rows *c);

/* The event's number in the trace, from 1; 0 for NULL, and for what is not in it. */
size_t call_rows_number(const struct call_rows *c, const struct event *e);

/* The number of what made a listening socket; 0 for NULL, and for what does not listen. */
size_t call_rows_listener(const struct call_rows *c, const struct sock *s);

/* The event of that number. call_row_free gives its lists back. */
void call_row_fill(const struct call_rows *c, size_t number, struct call_row *row);
void call_row_free(struct call_row *row);

#endif
