/* preface: the lines above a timeline, in each output. */
#include "viewer/format/preface.h"

#include "viewer/format/paragraph.h"
#include "viewer/format/svg.h"

enum { INDENT = 4, MARGIN = 16, SVG_INDENT = 32 };

void text_preface(const struct preface *p, const struct look *look, struct buf *out)
{
	for (size_t i = 0; i < p->lines.count; i++)
		paragraph(out, look, 0, INDENT, p->lines.items[i], i ? TONE_PLAIN : TONE_STRONG);
	for (size_t i = 0; i < p->warnings.count; i++)
		paragraph(out, look, 0, INDENT, p->warnings.items[i], TONE_BAD);
	buf_puts(out, "\n");
}

/* With out NULL only how high it is. */
static double put_lines(const struct preface *p, double width, struct buf *out)
{
	double y = MARGIN + SVG_LINE / 2.0, room = width - 2 * MARGIN;

	for (size_t i = 0; i < p->lines.count; i++)
		y += SVG_ROW *
		     svg_paragraph(out, MARGIN, y, room, SVG_INDENT, i ? TONE_PLAIN : TONE_STRONG, p->lines.items[i]);
	for (size_t i = 0; i < p->warnings.count; i++)
		y += SVG_ROW * svg_paragraph(out, MARGIN, y, room, SVG_INDENT, TONE_BAD, p->warnings.items[i]);
	return y - SVG_LINE / 2.0;
}

double svg_preface_height(const struct preface *p, double width)
{
	return put_lines(p, width, NULL);
}

void svg_preface(const struct preface *p, double width, struct buf *out)
{
	put_lines(p, width, out);
}

const char *preface_told(struct arena *a, const struct preface *p)
{
	const char *told = "";

	for (size_t i = 0; i < p->lines.count; i++)
		told = arena_printf(a, "%s%s. ", told, p->lines.items[i]);
	for (size_t i = 0; i < p->warnings.count; i++)
		told = arena_printf(a, "%s%s. ", told, p->warnings.items[i]);
	return told;
}
