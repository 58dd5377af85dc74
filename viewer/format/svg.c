/* svg: the few shapes that the pictures are made of, as SVG. */
#include "viewer/format/svg.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "viewer/base/xml.h"

static const double char_width = 7.83; /* of 13 px DejaVu Sans Mono and its like: 0.602 em */

/* A tone is a class: its text colour in light and dark. */
static const struct {
	const char *name, *light, *dark;
} tones[TONE_COUNT] = {
	[TONE_PLAIN] = {"plain", "#222", "#ddd"},           [TONE_DIM] = {"dim", "#767676", "#999"},
	[TONE_STRONG] = {"strong", "#000", "#fff"},         [TONE_PHASE] = {"phase", "#3b3fa0", "#a9acf0"},
	[TONE_LINK] = {"link", "#8a2f87", "#e0a0de"},       [TONE_DATA] = {"data", "#1f7a3d", "#7fd19a"},
	[TONE_END] = {"end", "#2c5d9e", "#8fb8ee"},         [TONE_WAIT] = {"wait", "#865800", "#e6bb60"},
	[TONE_BAD] = {"bad", "#c01c1c", "#ff8a80"},         [TONE_BOX] = {"box", "#3f8f35", "#8fd184"},
	[TONE_SESSION] = {"session", "#97302a", "#e89a95"},
};

const char *svg_tone(enum tone tone)
{
	return tones[tone].name;
}

/* Inside of a page it must not touch what is none of the picture. No variables: rsvg-convert knows none. In a scaled picture
 * browsers would round the width of a letter to whole pixels, so that words run into each other: geometricPrecision. */
static const char style[] = "svg text{font-family:'DejaVu Sans Mono','Noto Sans Mono CJK KR',Menlo,Consolas,monospace;"
			    "text-rendering:geometricPrecision;"
			    "font-size:13px;white-space:pre}\n"
			    "svg line,svg path{fill:none;stroke-width:1.4}\n"
			    "svg .dashed{stroke-dasharray:5 4}svg .life{stroke-dasharray:1 5;stroke-width:1.2}\n"
			    "svg .strong,svg .phase,svg .bad{font-weight:bold}svg .queued{stroke-width:5}\n"
			    "svg .failed{stroke-width:2}svg .hollow{stroke-dasharray:3 3}"
			    "svg .hit{fill:none;pointer-events:all}\n";

/* A file of its own is as wide as what shows it, but for one that is too narrow to read it; paper cannot be scrolled. */
static const char alone[] = "svg{max-width:max(100%,900px);height:auto;background:#fff}\n"
			    "@media print{svg{max-width:100%}}\n"
			    "@media screen and (prefers-color-scheme:dark){svg{background:#1c1d20}}\n";

/* A shape is a class as well: what fills it and what it is drawn with. Those of the lesson in light. */
static const struct {
	const char *name, *fill[2], *stroke[2];
} shapes[] = {
	{"page", {"#fff", "#1c1d20"}, {"none", "none"}},
	{"halo", {"#fff", "#1c1d20"}, {"none", "none"}},
	{"band", {"#d9d9d9", "#33353a"}, {"none", "none"}},
	{"waiting", {"#f6e2b8", "#5a4a20"}, {"none", "none"}},
	{"done", {"#dcf3d8", "#24402a"}, {"#3f8f35", "#3f8f35"}},
	{"here", {"#979ae6", "#3d40a0"}, {"#34389c", "#979ae6"}},
	{"frame", {"#f5d2d1", "#3a2524"}, {"#b8504a", "#b8504a"}},
	{"hollow", {"#fff", "#1c1d20"}, {"#767676", "#999"}},
	{"failed", {"#fff", "#1c1d20"}, {"#c01c1c", "#ff8a80"}},
};

double svg_text_width(const char *text)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	double width = 0;

	while (*p) {
		utf8proc_int32_t code;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &code);

		width += n > 0 ? utf8proc_charwidth(code) : 1;
		p += n > 0 ? n : 1;
	}
	return width * char_width;
}

static void put_palette(struct buf *out, int dark)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		buf_printf(out, "svg .%s{fill:%s;stroke:%s}", shapes[i].name, shapes[i].fill[dark],
			   shapes[i].stroke[dark]);
	for (int i = 0; i < TONE_COUNT; i++) {
		const char *name = tones[i].name, *color = dark ? tones[i].dark : tones[i].light;

		buf_printf(out, "\nsvg text.%s,svg .fill.%s,svg .head.%s{fill:%s}svg line.%s{stroke:%s}", name, name,
			   name, color, name, color);
	}
}

void svg_style(struct buf *out)
{
	buf_puts(out, style);
	put_palette(out, 0);
	buf_puts(out, "\n@media screen and (prefers-color-scheme:dark){");
	put_palette(out, 1);
	buf_puts(out, "}\n");
}

void svg_heads(struct buf *out)
{
	buf_puts(out, "<defs>\n");
	for (int i = 0; i < TONE_COUNT; i++)
		buf_printf(out,
			   "<marker id=\"head-%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" "
			   "markerHeight=\"8\" orient=\"auto\"><path class=\"head %s\" d=\"M0 1 L9 5 L0 9 "
			   "z\"/></marker>\n",
			   tones[i].name, tones[i].name);
	buf_puts(out, "</defs>\n");
}

static void put_element(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "<%s>", name);
	xml_put(out, text);
	buf_printf(out, "</%s>\n", name);
}

void svg_begin(struct buf *out, const struct look *look, struct svg_about about, double width, double height)
{
	buf_printf(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f "
		   "%.0f\"%s>\n",
		   width, height, width, height,
		   look->inside ? "" : " xml:space=\"preserve\" role=\"graphics-document document\"");
	if (!look->inside) {
		put_element(out, "title", about.title);
		if (about.desc && *about.desc)
			put_element(out, "desc", about.desc);
		buf_puts(out, "<style>");
		buf_puts(out, alone);
		svg_style(out);
		buf_puts(out, "</style>\n");
		svg_heads(out);
	}
	svg_rect(out, "page", 0, 0, width, height);
}

void svg_thing_begin(struct buf *out, const char *name)
{
	buf_puts(out, "<g role=\"img\" aria-label=\"");
	xml_put(out, name);
	buf_puts(out, "\">");
	put_element(out, "title", name);
}

void svg_thing_end(struct buf *out)
{
	buf_puts(out, "</g>\n");
}

void svg_calls_begin(struct buf *out, const struct look *look, size_t call, size_t other)
{
	if (!look->inside)
		return;
	buf_puts(out, "<g");
	if (call)
		buf_printf(out, " data-calls=\"%zu", call);
	if (call && other)
		buf_printf(out, " %zu", other);
	buf_puts(out, call ? "\">" : ">");
}

void svg_calls_end(struct buf *out, const struct look *look)
{
	if (look->inside)
		buf_puts(out, "</g>\n");
}

void svg_end(struct buf *out)
{
	buf_puts(out, "</svg>\n");
}

/* Bytes of the text that fit into room pixels, with an ellipsis where it is cut. */
static size_t fitting(const char *text, double room)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	double width = char_width;
	size_t len = 0;

	while (p[len]) {
		utf8proc_int32_t code;
		utf8proc_ssize_t n = utf8proc_iterate(p + len, -1, &code);

		width += (n > 0 ? utf8proc_charwidth(code) : 1) * char_width;
		if (width > room)
			break;
		len += n > 0 ? (size_t)n : 1;
	}
	return len;
}

void svg_text(struct buf *out, double x, double y, enum svg_anchor anchor, double room, enum tone tone,
	      const char *text)
{
	static const char *const anchors[] = {"start", "middle", "end"};
	bool cut = room > 0 && svg_text_width(text) > room;
	size_t len = cut ? fitting(text, room) : strlen(text);

	buf_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", tones[tone].name, x, y,
		   anchors[anchor]);
	xml_put_n(out, text, len);
	buf_puts(out, cut ? "\xe2\x80\xa6</text>\n" : "</text>\n");
}

/* Bytes of the text that go on one line: up to a blank, or where there is none in reach up to what fits. */
static size_t line_length(const char *text, double room)
{
	size_t fits = fitting(text, room + char_width), len = fits;

	if (!text[fits])
		return fits;
	while (len > 0 && text[len] != ' ')
		len--;
	return len > fits / 2 ? len : fits ? fits : 1;
}

unsigned svg_paragraph(struct buf *out, double x, double y, double room, double indent, enum tone tone,
		       const char *text)
{
	struct buf line = {0};
	unsigned lines = 0;

	while (*text || !lines) {
		double in = lines ? indent : 0;
		size_t len = line_length(text, room - in);

		buf_clear(&line);
		buf_put(&line, text, len);
		if (out)
			svg_text(out, x + in, y + lines * (double)SVG_ROW, SVG_START, 0, tone, line.bytes);
		lines++;
		text += len;
		while (*text == ' ')
			text++;
	}
	buf_free(&line);
	return lines;
}

void svg_line(struct buf *out, const char *shape, enum tone tone, double x1, double y1, double x2, double y2)
{
	buf_printf(out, "<line class=\"%s %s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"", shape,
		   tones[tone].name, x1, y1, x2, y2);
	if (strstr(shape, "arrow"))
		buf_printf(out, " marker-end=\"url(#head-%s)\"", tones[tone].name);
	buf_puts(out, "/>\n");
}

void svg_rect(struct buf *out, const char *shape, double x, double y, double width, double height)
{
	buf_printf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", shape, x, y,
		   width, height);
}
