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
	[TONE_END] = {"end", "#2c5d9e", "#8fb8ee"},         [TONE_WAIT] = {"wait", "#96660a", "#e6bb60"},
	[TONE_BAD] = {"bad", "#c01c1c", "#ff8a80"},         [TONE_BOX] = {"box", "#3f8f35", "#8fd184"},
	[TONE_SESSION] = {"session", "#b8504a", "#e89a95"},
};

const char *svg_tone(enum tone tone)
{
	return tones[tone].name;
}

/* Inside of a page it must not touch what is none of the picture. */
static const char style[] = "svg text{font:13px 'DejaVu Sans Mono','Noto Sans Mono CJK "
			    "KR',Menlo,Consolas,monospace;white-space:pre;fill:var(--c)}\n"
			    "svg line,svg path{stroke:var(--c);fill:none;stroke-width:1.4}\n"
			    "svg .dashed{stroke-dasharray:5 4}svg .life{stroke-dasharray:1 5;stroke-width:1.2}\n"
			    "svg .strong,svg .phase,svg .bad{font-weight:bold}\n"
			    "svg .page{fill:var(--page)}svg .band{fill:var(--band)}svg .waiting{fill:var(--waiting)}"
			    "svg .done{fill:var(--done);stroke:#3f8f35}\n"
			    "svg .hollow{fill:none;stroke:#767676;stroke-dasharray:3 3}svg "
			    ".failed{fill:none;stroke:#c01c1c;stroke-width:2}\n"
			    "svg .queued{stroke-width:5}svg .fill{fill:var(--c)}svg .halo{fill:var(--page)}"
			    "svg .frame{fill:var(--session);stroke:#b8504a}svg .hit{fill:none;pointer-events:all}svg "
			    ".head{fill:var(--c);stroke:none}\n";

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

static void put_palette(struct buf *out, const char *page, const char *band, const char *waiting, const char *done,
			const char *session, int dark)
{
	buf_printf(out, "svg{--page:%s;--band:%s;--waiting:%s;--done:%s;--session:%s}", page, band, waiting, done,
		   session);
	for (int i = 0; i < TONE_COUNT; i++)
		buf_printf(out, "svg .%s{--c:%s}", tones[i].name, dark ? tones[i].dark : tones[i].light);
}

void svg_style(struct buf *out)
{
	buf_puts(out, style);
	put_palette(out, "#fff", "#e9e9e9", "#f6e2b8", "#dcf3d8", "#f9e6e5", 0);
	buf_puts(out, "\n@media screen and (prefers-color-scheme:dark){");
	put_palette(out, "#1c1d20", "#33353a", "#5a4a20", "#24402a", "#3a2524", 1);
	buf_puts(out, "}");
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

void svg_begin(struct buf *out, const struct look *look, double width, double height)
{
	buf_printf(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f "
		   "%.0f\">\n",
		   width, height, width, height);
	if (!look->inside) {
		buf_puts(out, "<style>");
		svg_style(out);
		buf_puts(out, "</style>\n");
		svg_heads(out);
	}
	svg_rect(out, "page", 0, 0, width, height);
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
