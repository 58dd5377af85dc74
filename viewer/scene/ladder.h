/* ladder.h: the client/server timeline as plain data: lanes, rows, arrows, waits. No widths, no glyphs, no colours. */
#ifndef SCENE_LADDER_H
#define SCENE_LADDER_H

#include "viewer/base/vec.h"
#include "viewer/model/model.h"
#include "viewer/scene/choice.h"
#include "viewer/scene/preface.h"
#include "viewer/scene/tone.h"

/* Where a lane's text leans: a client's towards the server on its right, a server's to the left. */
enum lean { LEAN_RIGHT, LEAN_MIDDLE, LEAN_LEFT };

/* A place of its own in a lane, of a thread or of a process: rows outside of its life are empty. */
struct strand {
	size_t first_row, last_row;
};

/* A column: one process, several, or the unseen other ends. */
struct lane {
	enum lean lean;
	const char *role; /* "Client", "Server", "not traced", "not known" */
	const char *who;  /* "P2 echo_client 4711", "P2 P3", "192.0.2.7:80" */
	bool traced;
	bool relay;                 /* processes one after the other: a row says where the next takes over */
	bool shared;                /* processes that live at the same time: every cell says which */
	unsigned levels;            /* so many waits at the same time, at most, where there are no strands */
	size_t first_row, last_row; /* its life: rows outside are empty */
	unsigned
		strands; /* so many threads or processes at the same time stand beside each other; 0: one place for all */
	struct strand *strand;
};

/* What one process does in a row. Text is printable and in the trace's arena. */
struct cell {
	unsigned lane, strand;
	const char *tag;    /* "P3" in a shared lane, "t2" of several threads, "P3 t2"; NULL */
	const char *text;   /* "ret accept = 4  c1" */
	const char *note;   /* "waited in the backlog 50 ms"; NULL */
	const char *back;   /* "accept 3": what the program went back to after this; NULL */
	const char *source; /* "echo.c:14"; NULL */
	enum tone tone, note_tone;
	size_t call, back_call; /* the numbers of the events told by text and back, in the trace from 1; 0: none */
};

enum arrow_style { ARROW_SOLID, ARROW_DASHED };

struct arrow {
	unsigned from, to; /* lanes; the same: no arrow */
	enum arrow_style style;
	const char *label; /* payload, "connection request"; NULL */
	const char *brief; /* the label where room is short: "request"; NULL: the label, cut */
	enum tone tone;
};

enum row_kind {
	ROW_BAND, /* a phase begins: text is its title */
	ROW_STEP, /* cells, an arrow */
	ROW_NOTE, /* cells without a time: another process takes over a lane, what became of a process */
};

struct row {
	enum row_kind kind;
	uint64_t at_ns;    /* since the trace's first step */
	uint64_t since_ns; /* since the row with a time before it; equal to at_ns in the first */
	const char *text;
	struct cell cells[2];
	unsigned ncells;
	struct arrow arrow;
	unsigned space; /* empty lines before it: with unit_ns the time since the row before, at most so many */
	unsigned phase; /* 1..5; 0 none */
	unsigned conn;  /* 3 for c3; 0 none */
};

/* A blocked call, from the row where it began to the row where it returned. */
struct wait {
	unsigned lane, strand;
	size_t from, to;
	const char *text;  /* "blocked 1.10 s"; NULL: too short to say */
	size_t told;       /* the row in which there is room to say it, behind from; 0: none */
	const char *brief; /* "1.10 s", where room is short; NULL with text */
	bool open;         /* it never returned */
	unsigned level;    /* of waits in a lane at the same time the first has 0; with strands always 0 */
};

struct ladder {
	struct arena *arena; /* the trace's: all strings live there */
	struct preface preface;
	VEC(struct lane) lanes; /* from left to right */
	VEC(struct row) rows;
	VEC(struct wait) waits; /* by from */
	bool bands; /* phases are bands; if not, they alternate too often: row.phase, row.conn stand beside each row */
	uint64_t unit_ns;   /* the time that an empty line stands for; 0: distances mean nothing */
	const char *legend; /* the phases' names, where they are no bands; NULL */
};

/* Something to be said of an event, below its row. Printable. */
struct remark {
	const struct event *event;
	const char *text, *note; /* "ST012 proved"; what it is about, NULL */
	enum tone tone;
};

struct ladder_options {
	unsigned lanes;           /* at most so many, though never fewer than the sides there are */
	unsigned strands;         /* at most so many in a lane: where more would be needed there are none */
	unsigned strands_of_many; /* the same where there are more than two traced lanes */
	const struct choice *choice;
	const struct remark *remarks; /* nremarks of them */
	size_t nremarks;
	bool to_scale; /* rows stand as far from each other as they are apart in time, within bounds */
};

/* The scene of a trace. It points into the trace, which must outlive it. */
struct ladder *ladder_new(struct trace *t, const struct ladder_options *options);
void ladder_free(struct ladder *l);

#endif
