/* svg.h: the few shapes that the pictures are made of, as SVG. */
#ifndef FORMAT_SVG_H
#define FORMAT_SVG_H

#include <stddef.h>

#include "viewer/base/buf.h"
#include "viewer/format/look.h"
#include "viewer/scene/tone.h"

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* The class of what is of that tone. */
const char *svg_tone(enum tone tone);

/* Sizes in pixels of the fixed-width text. */
enum { SVG_FONT = 13, SVG_LINE = 24 };
double svg_text_width(const char *text);

/* What a picture is, and what it tells, for those who do not see it: printable; desc NULL: nothing more. */
struct svg_about {
	const char *title, *desc;
};

/* A picture: a file of its own, or inside of a page, which then holds the style and the arrows' heads of all, and says what
 * it is. */
void svg_begin(struct buf *out, const struct look *look, struct svg_about about, double width, double height);
void svg_end(struct buf *out);
void svg_style(struct buf *out);
void svg_heads(struct buf *out);

/* What stands between is of the trace's calls of these numbers (0: none). Said inside of a page only, for its script. */
void svg_calls_begin(struct buf *out, const struct look *look, size_t call, size_t other);
void svg_calls_end(struct buf *out, const struct look *look);

/* Text at its baseline; not more than `room` pixels of it (0: all). */
void svg_text(struct buf *out, double x, double y, enum svg_anchor anchor, double room, enum tone tone,
	      const char *text);

/* Text in as many lines as it needs, one SVG_ROW below the other, `indent` pixels further in from the second on. Returns how
 * many lines that are; with out NULL it is only counted. */
enum { SVG_ROW = 19 };
unsigned svg_paragraph(struct buf *out, double x, double y, double room, double indent, enum tone tone,
		       const char *text);

/* What stands between is one thing of that name: "c1: client write 3  6 B, server read 4  6 B". */
void svg_thing_begin(struct buf *out, const char *name);
void svg_thing_end(struct buf *out);

/* A line; dashed, and with a head at its end, by choice of its class: "arrow", "arrow dashed", "line", "life". */
void svg_line(struct buf *out, const char *shape, enum tone tone, double x1, double y1, double x2, double y2);
/* Of a shape's own colours: "band", "waiting", "halo"; or "fill data": a tone's. */
void svg_rect(struct buf *out, const char *shape, double x, double y, double width, double height);

#endif
