/* text_cells: the bytes of addresses in character cells: struct sockaddr above them, the family's own struct below. */
#include <stdio.h>
#include <string.h>

#include "viewer/format/format.h"
#include "viewer/format/paragraph.h"

enum { LEFT = 2, CELL = 4, IN_ROW = 16, NAME_LINES = 2, HEIGHT = 12, VALUES_X = 4, SIZE_ROOM = 11 };

/* Sixteen bytes at most, from `base` on. */
struct strip {
	const struct cells_picture *p;
	const struct look *look;
	struct canvas canvas;
	unsigned base, count, y;
};

/* A strip has boundaries where its cells, or the fields of a layout, begin and end. */
static bool is_boundary(const struct strip *s, const struct cells_layout *l, unsigned i)
{
	unsigned byte = s->base + i;

	if (i == 0 || i == s->count)
		return true;
	for (unsigned f = 0; f < l->count; f++)
		if (byte == l->fields[f].at || byte == l->fields[f].at + l->fields[f].size)
			return true;
	return false;
}

static bool reaches(const struct strip *s, const struct cells_layout *l)
{
	for (unsigned f = 0; f < l->count; f++)
		if (l->fields[f].at < s->base + s->count && l->fields[f].at + l->fields[f].size > s->base)
			return true;
	return false;
}

static enum glyph joint(bool left, bool right, bool up, bool down)
{
	if (left && right)
		return up && down ? GLYPH_CROSS : up ? GLYPH_TEE_UP : down ? GLYPH_TEE_DOWN : GLYPH_HLINE;
	if (right)
		return up && down ? GLYPH_TEE_LEFT : up ? GLYPH_BOTTOM_LEFT : GLYPH_TOP_LEFT;
	return up && down ? GLYPH_TEE_RIGHT : up ? GLYPH_BOTTOM_RIGHT : GLYPH_TOP_RIGHT;
}

/* What is above and below a line: a layout's fields, single cells (all), or nothing. */
struct band {
	const struct cells_layout *layout; /* NULL with `cells` false: nothing */
	bool cells;
};

static bool has_boundary(const struct strip *s, struct band band, unsigned i)
{
	return band.cells || (band.layout && is_boundary(s, band.layout, i));
}

static void draw_line(struct strip *s, struct band above, struct band below)
{
	canvas_across(&s->canvas, LEFT, s->y, LEFT + s->count * CELL, GLYPH_HLINE, TONE_DIM);
	for (unsigned i = 0; i <= s->count; i++)
		canvas_glyph(&s->canvas, LEFT + i * CELL, s->y,
			     joint(i > 0, i < s->count, has_boundary(s, above, i), has_boundary(s, below, i)),
			     TONE_DIM);
	s->y++;
}

/* A field's name in two lines where it is wider than its cells: "sin_", "family". */
static void draw_name(struct strip *s, const struct cells_field *f, enum tone tone)
{
	unsigned from = f->at > s->base ? f->at - s->base : 0, end = f->at + f->size - s->base;
	unsigned x = LEFT + from * CELL + 1, room;
	char first[32];
	const char *rest = strchr(f->name, '_');
	bool begun = f->at < s->base;

	end = end > s->count ? s->count : end;
	room = (end - from) * CELL - 1;
	if (strlen(f->name) <= room || begun || !rest) {
		canvas_text(&s->canvas, x, s->y, begun && strlen(f->name) > room ? 1 : room, f->name, tone);
		return;
	}
	snprintf(first, sizeof first, "%.*s", (int)(rest + 1 - f->name), f->name);
	canvas_text(&s->canvas, x, s->y, room, first, tone);
	canvas_text(&s->canvas, x, s->y + 1, room, rest + 1, tone);
}

static bool needs_two_lines(const struct strip *s, const struct cells_layout *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		const struct cells_field *f = &l->fields[i];

		if (f->at < s->base + s->count && f->at + f->size > s->base && strlen(f->name) > f->size * CELL - 1)
			return true;
	}
	return false;
}

static void draw_names(struct strip *s, const struct cells_layout *l)
{
	unsigned lines = needs_two_lines(s, l) ? NAME_LINES : 1;

	for (unsigned i = 0; i <= s->count; i++)
		if (is_boundary(s, l, i))
			canvas_down(&s->canvas, LEFT + i * CELL, s->y, s->y + lines, GLYPH_VLINE, TONE_DIM);
	for (unsigned i = 0; i < l->count; i++)
		if (l->fields[i].at < s->base + s->count && l->fields[i].at + l->fields[i].size > s->base)
			draw_name(s, &l->fields[i], TONE_STRONG);
	s->y += lines;
}

static void draw_numbers(struct strip *s)
{
	char words[16];

	for (unsigned i = 0; i < s->count; i++) {
		snprintf(words, sizeof words, "%2u", s->base + i);
		canvas_text(&s->canvas, LEFT + i * CELL + 1, s->y, CELL - 1, words, TONE_DIM);
	}
	s->y++;
}

static enum tone tone_of(const struct cells_picture *p, unsigned byte)
{
	static const enum tone tones[] = {TONE_LINK, TONE_DATA, TONE_WAIT};
	const struct cells_layout *l = p->specific.type ? &p->specific : &p->generic;

	for (unsigned i = 0; i < l->count && i < sizeof tones / sizeof *tones; i++)
		if (byte >= l->fields[i].at && byte < l->fields[i].at + l->fields[i].size)
			return tones[i];
	return TONE_PLAIN;
}

static void draw_bytes(struct strip *s)
{
	char words[8];

	for (unsigned i = 0; i <= s->count; i++)
		canvas_down(&s->canvas, LEFT + i * CELL, s->y, s->y + 1 + s->p->text, GLYPH_VLINE, TONE_DIM);
	for (unsigned i = 0; i < s->count; i++) {
		unsigned byte = s->base + i;
		uint8_t value = s->p->bytes[byte];

		snprintf(words, sizeof words, "%02x", value);
		canvas_text(&s->canvas, LEFT + i * CELL + 1, s->y, 2, words, tone_of(s->p, byte));
		if (!s->p->text || byte < 2)
			continue;
		snprintf(words, sizeof words, value == 0 ? "\\0" : value > 0x20 && value < 0x7f ? " %c" : "..", value);
		canvas_text(&s->canvas, LEFT + i * CELL + 1, s->y + 1, 2, words, tone_of(s->p, byte));
	}
	s->y += 1 + s->p->text;
}

static void draw_strip(const struct cells_picture *p, unsigned base, const struct look *look, struct buf *out)
{
	struct strip s = {.p = p, .look = look, .base = base};
	struct band generic = {0}, cells = {.cells = true}, specific = {0};

	s.count = p->count - base > IN_ROW ? IN_ROW : p->count - base;
	canvas_init(&s.canvas, look->width, HEIGHT, look);
	if (reaches(&s, &p->generic))
		generic.layout = &p->generic;
	if (reaches(&s, &p->specific))
		specific.layout = &p->specific;
	draw_numbers(&s);
	if (generic.layout) {
		draw_line(&s, (struct band){0}, generic);
		draw_names(&s, generic.layout);
	}
	draw_line(&s, generic, cells);
	draw_bytes(&s);
	draw_line(&s, cells, specific);
	if (specific.layout) {
		draw_names(&s, specific.layout);
		draw_line(&s, specific, (struct band){0});
	}
	s.canvas.height = s.y;
	canvas_print(&s.canvas, out);
	canvas_free(&s.canvas);
}

/* What the picture before has said about the same member need not be said again. */
static bool was_said(const struct cells_picture *before, const struct cells_layout *l, unsigned field, const char *why)
{
	const struct cells_layout *b = !before ? NULL : before->specific.type ? &before->specific : &before->generic;

	return b && b->type == l->type && b->fields[field].why[0] &&
	       (strcmp(b->fields[field].why[0], why) == 0 ||
		(b->fields[field].why[1] && strcmp(b->fields[field].why[1], why) == 0));
}

static void draw_values(const struct cells_picture *p, const struct cells_picture *before, struct arena *a,
			const struct look *look, struct buf *out)
{
	const struct cells_layout *l = p->specific.type ? &p->specific : &p->generic;
	int name = 0;

	for (unsigned i = 0; i < l->count; i++)
		name = (int)strlen(l->fields[i].name) > name ? (int)strlen(l->fields[i].name) : name;
	canvas_line(out, look, arena_printf(a, "  %s, %u bytes", l->type, l->size), TONE_STRONG);
	for (unsigned i = 0; i < l->count; i++) {
		const struct cells_field *f = &l->fields[i];
		unsigned x = VALUES_X + (unsigned)name + 2 + SIZE_ROOM;

		paragraph(out, look, VALUES_X, x,
			  arena_printf(a, "%-*s  %3u %-5s  %s", name, f->name, f->size, f->size == 1 ? "byte" : "bytes",
				       f->value ? f->value : "not given"),
			  tone_of(p, f->at));
		for (unsigned k = 0; k < 2; k++)
			if (f->why[k] && !was_said(before, l, i, f->why[k]))
				paragraph(out, look, x, x, f->why[k], TONE_PLAIN);
	}
}

static void draw_uses(const struct cells_picture *p, struct arena *a, const struct look *look, struct buf *out)
{
	for (size_t i = 0; i < p->uses.count; i++) {
		const struct cells_use *u = &p->uses.items[i];

		paragraph(out, look, LEFT, VALUES_X,
			  arena_printf(a, "%s%s%s%s", u->words, u->source ? ", " : "", u->source ? u->source : "",
				       u->times > 1 ? arena_printf(a, ", %zu times", u->times) : ""),
			  TONE_DIM);
	}
	if (p->more_uses)
		canvas_line(out, look,
			    arena_printf(a, "  and %zu more time%s", p->more_uses, p->more_uses == 1 ? "" : "s"),
			    TONE_DIM);
}

static void draw_picture(const struct cells_picture *p, const struct cells_picture *before, const struct look *look,
			 struct buf *out)
{
	struct arena *a = arena_new();

	canvas_line(out, look,
		    strcmp(p->title, p->family) == 0
			    ? arena_printf(a, "%s, %u bytes", p->family, p->address->len)
			    : arena_printf(a, "%s  %s, %u bytes", p->title, p->family, p->address->len),
		    TONE_STRONG);
	draw_uses(p, a, look, out);
	for (unsigned base = 0; base < p->count; base += IN_ROW)
		draw_strip(p, base, look, out);
	for (size_t i = 0; i < p->notes.count; i++)
		paragraph(out, look, LEFT, VALUES_X, p->notes.items[i].words,
			  p->notes.items[i].bad ? TONE_BAD : TONE_DIM);
	draw_values(p, before, a, look, out);
	arena_free(a);
}

void text_cells(const struct cells *c, const struct look *look, struct buf *out)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < c->pictures.count; i++) {
		if (i)
			buf_puts(out, "\n");
		draw_picture(c->pictures.items[i], i ? c->pictures.items[i - 1] : NULL, look, out);
	}
	if (c->more)
		canvas_line(
			out, look,
			arena_printf(a, "and %zu more addresses: --every shows all, --conn=cN those of one", c->more),
			TONE_WAIT);
	arena_free(a);
}
