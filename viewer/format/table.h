/* table.h: columns of text that share a width out. */
#ifndef FORMAT_TABLE_H
#define FORMAT_TABLE_H

#include "viewer/base/arena.h"
#include "viewer/base/vec.h"
#include "viewer/format/canvas.h"

enum { TABLE_COLUMNS = 12 };

struct table_column {
	const char *title;
	bool right;    /* numbers lean right */
	unsigned drop; /* where room is short, the column with the highest goes first; 0: it stays, and is cut */
};

struct table_row {
	const char *cells[TABLE_COLUMNS]; /* NULL: empty */
	const char *heading;              /* across all columns, in place of cells; NULL */
	enum tone tone;                   /* of the first cell, or of the heading */
	unsigned bad;                     /* a bit a column: cells that tell of something bad */
};

/* Columns end with a NULL title; cells live in the arena. table_begin, rows, table_end, which prints and gives back. */
struct table {
	const struct table_column *columns;
	struct arena *arena;
	VEC(struct table_row) rows;
};

void table_begin(struct table *t, const struct table_column *columns);

/* A new row at the end; valid until the next. */
struct table_row *table_row(struct table *t);

void table_heading(struct table *t, const char *words, enum tone tone);
void table_end(struct table *t, const struct look *look, struct buf *out);

#endif
