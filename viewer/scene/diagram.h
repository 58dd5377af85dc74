/* diagram.h: the lesson's picture of one connection as plain data: fifteen boxes in two columns of nine rows. */
#ifndef SCENE_DIAGRAM_H
#define SCENE_DIAGRAM_H

#include "viewer/model/model.h"
#include "viewer/scene/tone.h"

enum { DIAGRAM_ROWS = 9, DIAGRAM_BOXES = 15 };

enum box_state {
	BOX_DONE,
	BOX_FAILED,
	BOX_WAITING,  /* began, did not return */
	BOX_MISSING,  /* the trace proves that it did not happen */
	BOX_UNTRACED, /* the process was not traced, or not from its start */
};

struct box {
	enum side side;   /* its column: clients left, servers right */
	unsigned row;     /* 0..8 */
	const char *name; /* "accept"; the function's own name where the call came from the lesson's: "rio_writen" */
	enum box_state state;
	const char *fact;   /* "= 4 from 127.0.0.1:51034"; NULL */
	const char *source; /* "echo.c:14"; NULL */
	unsigned count;     /* times; 0 or 1: not said */
};

enum edge_style { EDGE_NEXT, EDGE_DATA, EDGE_REQUEST, EDGE_EOF };

/* From one box to another, by index. Drawn faint unless it happened. */
struct edge {
	unsigned from, to;
	enum edge_style style;
	const char *label; /* "connection request", "6 B", "EOF"; NULL */
	bool happened;
};

/* A loop beside a column: from the bottom box back up to the top box. */
struct loop {
	enum side side;
	unsigned top, bottom; /* rows */
	bool outer;           /* farther out than the column's other loop */
	const char *label;    /* "await the next client"; NULL */
	unsigned count;       /* times round; 0 unknown */
};

/* A brace beside a column: the rows that one of the lesson's functions does. */
struct brace {
	enum side side;
	unsigned top, bottom;
	const char *label; /* "open_listenfd" */
};

struct diagram {
	const char *title;      /* "c1  P2 127.0.0.1:51034 to P1 127.0.0.1:15213" */
	const char *choice;     /* "connection 1 of 2: --conn=cN draws another"; NULL with one only */
	const char *columns[2]; /* "Client  P2 echo_client 4711", by side */
	struct box boxes[DIAGRAM_BOXES];
	unsigned nedges;
	struct edge edges[DIAGRAM_BOXES + 4];
	struct loop loops[3];
	struct brace braces[2];
	const char *phases[5];                /* "1 Start server"... */
	unsigned session_top, session_bottom; /* rows of the client/server session */
	VEC(const char *) notes;
};

/* The scene of a connection, or of the one that shows most with conn 0. NULL: there is none, or none of that number. */
struct diagram *diagram_new(struct trace *t, unsigned conn);
void diagram_free(struct diagram *d);

/* diagram_box.c: the box of its connection's picture that an event belongs in, with the socket that it made (NULL: none).
 * -1: none. */
int diagram_box(const struct event *e, const struct sock *made);

#endif
