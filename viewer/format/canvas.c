/* canvas: a grid of character cells to draw text pictures on. */
#include "viewer/format/canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "viewer/base/mem.h"

enum { WIDE_TAIL = -1 };

static const struct {
	int32_t code;
	char ascii;
} glyphs[] = {
#define GLYPH(name, code, ascii) [GLYPH_##name] = {code, ascii},
#include "viewer/format/glyphs.def"
};

/* Select Graphic Rendition parameters; the sixteen colours of the terminal's own theme. */
static const char *const sgr[TONE_COUNT] = {
	[TONE_PLAIN] = "",   [TONE_DIM] = "2",   [TONE_STRONG] = "1",   [TONE_PHASE] = "1;36",
	[TONE_LINK] = "35",  [TONE_DATA] = "32", [TONE_END] = "34",     [TONE_WAIT] = "33",
	[TONE_BAD] = "1;31", [TONE_BOX] = "32",  [TONE_SESSION] = "31",
};

void canvas_init(struct canvas *c, unsigned width, unsigned height, const struct look *look)
{
	c->width = width;
	c->height = height;
	c->look = *look;
	c->cells = mem_zeroed(mem_product((size_t)width * height, sizeof *c->cells));
}

void canvas_clear(struct canvas *c)
{
	memset(c->cells, 0, (size_t)c->width * c->height * sizeof *c->cells);
}

void canvas_free(struct canvas *c)
{
	free(c->cells);
	c->cells = NULL;
}

static struct canvas_cell *cell_at(const struct canvas *c, unsigned x, unsigned y)
{
	return x < c->width && y < c->height ? &c->cells[(size_t)y * c->width + x] : NULL;
}

static void set(struct canvas *c, unsigned x, unsigned y, int32_t code, enum tone tone)
{
	struct canvas_cell *cell = cell_at(c, x, y);

	if (cell)
		*cell = (struct canvas_cell){code, (uint8_t)tone};
}

/* One character, its bytes and its width: scene texts are valid UTF-8 without controls; anything else becomes '?'. */
static unsigned next_char(const struct look *look, const char **text, int32_t *code)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)*text;
	utf8proc_ssize_t n = utf8proc_iterate(p, -1, code);
	int width;

	if (look->ascii && *p >= 0x80) {
		*code = *p;
		*text += 1;
		return 4;
	}
	if (n <= 0 || *code < 0x20 || *code == 0x7f) {
		*code = '?';
		n = 1;
	}
	*text += n;
	width = utf8proc_charwidth(*code);
	return width < 1 ? 1 : (unsigned)width;
}

unsigned canvas_text_width(const struct look *look, const char *text)
{
	unsigned width = 0;
	int32_t code;

	while (*text)
		width += next_char(look, &text, &code);
	return width;
}

static void put_char(struct canvas *c, unsigned x, unsigned y, int32_t code, unsigned width, enum tone tone)
{
	static const char hex[] = "0123456789abcdef";

	if (c->look.ascii && code >= 0x80) {
		set(c, x, y, '\\', tone);
		set(c, x + 1, y, 'x', tone);
		set(c, x + 2, y, hex[code >> 4 & 15], tone);
		set(c, x + 3, y, hex[code & 15], tone);
		return;
	}
	set(c, x, y, code, tone);
	if (width == 2)
		set(c, x + 1, y, WIDE_TAIL, tone);
}

unsigned canvas_text(struct canvas *c, unsigned x, unsigned y, unsigned room, const char *text, enum tone tone)
{
	bool cut = canvas_text_width(&c->look, text) > room;
	unsigned taken = 0, limit = cut ? room - (room > 0) : room;

	while (*text) {
		int32_t code;
		unsigned width = next_char(&c->look, &text, &code);

		if (taken + width > limit)
			break;
		put_char(c, x + taken, y, code, width, tone);
		taken += width;
	}
	if (cut && room > 0)
		canvas_glyph(c, x + taken++, y, GLYPH_ELLIPSIS, TONE_DIM);
	return taken;
}

unsigned canvas_site(struct canvas *c, unsigned x, unsigned y, unsigned room, const char *site, enum tone tone)
{
	const char *line = strrchr(site, ':');
	unsigned width = line ? canvas_text_width(&c->look, line) : 0, used;
	char file[256];

	if (!line || canvas_text_width(&c->look, site) <= room || width + 2 > room)
		return canvas_text(c, x, y, room, site, tone);
	snprintf(file, sizeof file, "%.*s", (int)(line - site), site);
	used = canvas_text(c, x, y, room - width, file, tone);
	return used + canvas_text(c, x + used, y, width, line, tone);
}

void canvas_glyph(struct canvas *c, unsigned x, unsigned y, enum glyph glyph, enum tone tone)
{
	set(c, x, y, c->look.ascii ? glyphs[glyph].ascii : glyphs[glyph].code, tone);
}

void canvas_across(struct canvas *c, unsigned x, unsigned y, unsigned end, enum glyph glyph, enum tone tone)
{
	while (x < end)
		canvas_glyph(c, x++, y, glyph, tone);
}

void canvas_down(struct canvas *c, unsigned x, unsigned y, unsigned end, enum glyph glyph, enum tone tone)
{
	while (y < end)
		canvas_glyph(c, x, y++, glyph, tone);
}

bool canvas_is_empty(const struct canvas *c, unsigned x, unsigned y, unsigned end)
{
	for (; x < end; x++) {
		const struct canvas_cell *cell = cell_at(c, x, y);

		if (!cell || cell->code)
			return false;
	}
	return true;
}

static void put_code(struct buf *out, int32_t code)
{
	utf8proc_uint8_t bytes[4];

	buf_put(out, (const char *)bytes, (size_t)utf8proc_encode_char(code ? code : ' ', bytes));
}

static void switch_tone(struct buf *out, const struct look *look, unsigned *from, unsigned to)
{
	if (!look->color || *from == to)
		return;
	if (*from != TONE_PLAIN)
		buf_puts(out, "\x1b[0m");
	if (to != TONE_PLAIN)
		buf_printf(out, "\x1b[%sm", sgr[to]);
	*from = to;
}

static void print_row(const struct canvas *c, unsigned y, struct buf *out)
{
	const struct canvas_cell *row = &c->cells[(size_t)y * c->width];
	unsigned end = c->width, tone = TONE_PLAIN;

	while (end > 0 && (row[end - 1].code == 0 || row[end - 1].code == ' '))
		end--;
	for (unsigned x = 0; x < end; x++) {
		if (row[x].code == WIDE_TAIL)
			continue;
		/* A character whose right half was drawn over would shift the rest. */
		bool halved =
			utf8proc_charwidth(row[x].code) == 2 && (x + 1 >= c->width || row[x + 1].code != WIDE_TAIL);

		switch_tone(out, &c->look, &tone, row[x].code ? row[x].tone : TONE_PLAIN);
		put_code(out, halved ? '?' : row[x].code);
	}
	switch_tone(out, &c->look, &tone, TONE_PLAIN);
	buf_puts(out, "\n");
}

void canvas_print(const struct canvas *c, struct buf *out)
{
	for (unsigned y = 0; y < c->height; y++)
		print_row(c, y, out);
}

void canvas_line(struct buf *out, const struct look *look, const char *text, enum tone tone)
{
	struct canvas c;

	canvas_init(&c, look->width, 1, look);
	canvas_text(&c, 0, 0, look->width, text, tone);
	canvas_print(&c, out);
	canvas_free(&c);
}
