/* piece.h: lines of one file, read without knowing what stands before them: several threads can read pieces of a file. */
#ifndef LOAD_PIECE_H
#define LOAD_PIECE_H

#include "viewer/load/input.h"
#include "viewer/load/line.h"
#include "viewer/load/warn.h"

/* So many bad lines, before any that is a trace's, are enough of a file; of so many of a piece the words are kept. */
enum { BAD_ENOUGH = 100, BAD_TOLD = BAD_ENOUGH + WARN_KEPT };

/* A line that is no event. */
struct mark {
	enum line_kind kind;
	size_t at; /* so many events of the piece stand before it */
	uint32_t number;
	const struct process *process; /* LINE_PROCESS */
	const struct module *module;   /* LINE_MODULE */
	const struct err *err;         /* LINE_NEWER, LINE_BAD */
};

struct piece {
	const char *begin, *end;
	bool doubtful;        /* BAD_ENOUGH ends it */
	size_t bad, pendings; /* lines; of bad ones after BAD_TOLD there is no mark */
	uint32_t lines;       /* in all, empty ones too */
	VEC(struct event *) events;
	VEC(struct mark) marks;
	struct event *spare;
};

/* Read its lines, as far as to one of a newer version. They get their numbers from 1 on. Its lists live in the store's arena. */
void piece_read(struct piece *p, struct store *s);

/* Add what one line says. */
void piece_add(struct piece *p, struct store *s, const struct line *line);

#endif
