/* preface: the lines above a timeline, in each output. */
#include "viewer/format/preface.h"

#include "viewer/format/paragraph.h"
#include "viewer/format/svg.h"

enum { INDENT = 4, MARGIN = 16 };

static const double svg_line_height = SVG_LINE * 0.8;

void text_preface(const struct preface *p, const struct look *look, struct buf *out)
{
	for (size_t i = 0; i < p->lines.count; i++)
		paragraph(out, look, 0, INDENT, p->lines.items[i], i ? TONE_PLAIN : TONE_STRONG);
	for (size_t i = 0; i < p->warnings.count; i++)
		paragraph(out, look, 0, INDENT, p->warnings.items[i], TONE_BAD);
	buf_puts(out, "\n");
}

double svg_preface_height(const struct preface *p)
{
	return MARGIN + (double)(p->lines.count + p->warnings.count) * svg_line_height;
}

void svg_preface(const struct preface *p, double width, struct buf *out)
{
	double y = MARGIN + SVG_LINE / 2.0;

	for (size_t i = 0; i < p->lines.count; i++, y += svg_line_height)
		svg_text(out, MARGIN, y, SVG_START, width - 2 * MARGIN, i ? TONE_PLAIN : TONE_STRONG,
			 p->lines.items[i]);
	for (size_t i = 0; i < p->warnings.count; i++, y += svg_line_height)
		svg_text(out, MARGIN, y, SVG_START, width - 2 * MARGIN, TONE_BAD, p->warnings.items[i]);
}
