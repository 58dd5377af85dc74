/* canvas.h: a grid of character cells to draw text pictures on. */
#ifndef FORMAT_CANVAS_H
#define FORMAT_CANVAS_H

#include <stdint.h>

#include "viewer/base/buf.h"
#include "viewer/format/look.h"
#include "viewer/scene/tone.h"

enum glyph {
#define GLYPH(name, code, ascii) GLYPH_##name,
#include "viewer/format/glyphs.def"
};

struct canvas_cell {
	int32_t code; /* 0: empty; -1: the right half of a wide character */
	uint8_t tone;
};

/* What is drawn outside of the grid is not drawn. canvas_free gives the cells back. */
struct canvas {
	unsigned width, height;
	struct look look;
	struct canvas_cell *cells;
};

void canvas_init(struct canvas *c, unsigned width, unsigned height, const struct look *look);
void canvas_clear(struct canvas *c);
void canvas_free(struct canvas *c);

/* Cells that a text takes: in ASCII, a character beyond it is drawn as the escapes of its bytes. */
unsigned canvas_text_width(const struct look *look, const char *text);

/* Draw text from (x, y), at most `room` cells; what is longer ends in an ellipsis. Returns the cells taken. */
unsigned canvas_text(struct canvas *c, unsigned x, unsigned y, unsigned room, const char *text, enum tone tone);

/* The same for "file.c:12": where room is short the file's name is cut, not the line's number. */
unsigned canvas_site(struct canvas *c, unsigned x, unsigned y, unsigned room, const char *site, enum tone tone);

void canvas_glyph(struct canvas *c, unsigned x, unsigned y, enum glyph glyph, enum tone tone);

/* A glyph from x (y) up to, but not including, end. */
void canvas_across(struct canvas *c, unsigned x, unsigned y, unsigned end, enum glyph glyph, enum tone tone);
void canvas_down(struct canvas *c, unsigned x, unsigned y, unsigned end, enum glyph glyph, enum tone tone);

/* Whether nothing is drawn from x up to end. */
bool canvas_is_empty(const struct canvas *c, unsigned x, unsigned y, unsigned end);

/* Append the grid, a line a row, without blanks at the ends of lines. */
void canvas_print(const struct canvas *c, struct buf *out);

/* Append one line of text as it is, in a tone. */
void canvas_line(struct buf *out, const struct look *look, const char *text, enum tone tone);

#endif
