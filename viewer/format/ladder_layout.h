/* ladder_layout.h: where everything in a timeline of text stands. For text_ladder.c. */
#ifndef FORMAT_LADDER_LAYOUT_H
#define FORMAT_LADDER_LAYOUT_H

#include "viewer/format/canvas.h"
#include "viewer/scene/ladder.h"

enum {
	TIME_ROOM = 8,      /* "+0.02ms" */
	FRAME_X = 9,        /* the frame's left line */
	BOTH_SOURCES = 110, /* columns from which both ends' sources are shown */
	BRACKETS_MOST = 3,  /* waits at the same time that a lane without strands shows */
	STRANDS_MOST = 8,   /* that a lane shows */
	STRAND_STEP = 2,    /* columns from one strand to the next */
	ARROW_LEAST = 12,   /* cells between two lanes */
};

/* Where a lane stands. */
struct place {
	unsigned x, room; /* of the lane's text; of its first strand's */
	unsigned bracket,
		line;    /* columns of its outermost wait bracket and of its lifeline; the first strand's are one */
	unsigned levels; /* brackets beside each other, further in: waits at the same time, or strands */
	bool strands;    /* the brackets stand between the arrows and the words, which are the further in */
	size_t wait
		[STRANDS_MOST]; /* by bracket: the first of the ladder's waits that may still reach the lane's rows */
};

struct layout {
	const struct ladder *l;
	const struct look *look;
	struct buf *out;
	struct canvas row;  /* one line, used again and again */
	unsigned mark_room; /* of "3 c12", where phases are no bands; else 0 */
	unsigned frame_end, source_x, source_room;
	struct place *places;
};

/* A cell's text as it stands in the row. */
struct spot {
	unsigned x, end;
};

/* Share the width out: time, lanes as wide as their words, arrows between, sources. The lanes get what is left over. */
void layout_place(struct layout *y);

/* "3 c12": a row's phase and connection; "" where it has neither. */
void layout_mark(const struct row *row, char *words, size_t size);

/* The sources of a row, of one cell or of both. False: none. */
bool layout_source(const struct row *row, char *words, size_t size, bool both);

/* Cells that the words of a cell take, without its note. */
unsigned layout_cell_width(const struct layout *y, const struct cell *cell);

/* Cells around a lane's text that no other cell or arrow of the row needs: from..to. */
void layout_free_room(const struct layout *y, const struct row *row, size_t index, const struct cell *cell,
		      unsigned *from, unsigned *to);

/*
 * Break a cell's text between two statements, else between two words, so that its first part takes at most so many
 * cells. Returns the rest; NULL: nothing is left, or it cannot be broken.
 */
const char *layout_break(const struct layout *y, struct cell *cell, unsigned room);

/* Where `width` cells of a lane's text stand: at its leaning edge, moved into free room where they do not fit. */
struct spot layout_spot(const struct layout *y, const struct cell *cell, unsigned width, unsigned from, unsigned to);

/* The wait of that level, or strand, that a lane is in at a row, NULL: none; any of them. Rows must be asked for in order. */
const struct wait *layout_wait(const struct layout *y, unsigned lane, unsigned level, size_t row);
const struct wait *layout_any_wait(const struct layout *y, unsigned lane, size_t row);

/* The column of a lane's bracket of that level or strand; of its outermost line towards the lanes on its right or left. */
unsigned layout_bracket(const struct layout *y, unsigned lane, unsigned level);
unsigned layout_line(const struct layout *y, unsigned lane, bool right_side);

/* Whether a lane's life has begun and not ended. */
bool layout_is_alive(const struct layout *y, unsigned lane, size_t row);

#endif
