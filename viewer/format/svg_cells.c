/* svg_cells: the bytes of addresses as SVG: struct sockaddr above them, the family's own struct below. */
#include <stdio.h>
#include <string.h>

#include "viewer/base/arena.h"
#include "viewer/format/format.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 20,
	IN_ROW = 16,
	CELL = 58,
	CELL_HEIGHT = 34,
	FIELD_HEIGHT = 30,
	WIDTH = 2 * MARGIN + IN_ROW * CELL,
	NAME_ROOM = 160,
	SIZE_ROOM = 90,
	VALUE_X = MARGIN + 16 + NAME_ROOM + SIZE_ROOM,
	GAP = 34, /* between addresses */
};

struct sheet {
	struct arena *arena;
	struct buf *out; /* NULL: nothing is drawn, only `y` found */
	double y;
};

static const struct cells_layout *own_layout(const struct cells_picture *p)
{
	return p->specific.type ? &p->specific : &p->generic;
}

static enum tone tone_of(const struct cells_picture *p, unsigned byte)
{
	static const enum tone tones[] = {TONE_LINK, TONE_DATA, TONE_WAIT};
	const struct cells_layout *l = own_layout(p);

	for (unsigned i = 0; i < l->count && i < sizeof tones / sizeof *tones; i++)
		if (byte >= l->fields[i].at && byte < l->fields[i].at + l->fields[i].size)
			return tones[i];
	return TONE_PLAIN;
}

static void put_paragraph(struct sheet *s, double x, double indent, enum tone tone, const char *text)
{
	s->y += SVG_ROW * svg_paragraph(s->out, x, s->y, WIDTH - MARGIN - x, indent, tone, text);
}

/* The members that lie in the row of bytes from `base` on, each over its cells. */
static void put_fields(struct sheet *s, const struct cells_layout *l, unsigned base, unsigned count)
{
	bool any = false;

	for (unsigned i = 0; i < l->count; i++) {
		const struct cells_field *f = &l->fields[i];
		unsigned from = f->at > base ? f->at : base, end = f->at + f->size;

		end = end < base + count ? end : base + count;
		if (from >= end)
			continue;
		any = true;
		if (!s->out)
			continue;
		svg_rect(s->out, "frame", MARGIN + (from - base) * CELL, s->y, (end - from) * CELL, FIELD_HEIGHT);
		svg_text(s->out, MARGIN + (from + end - 2 * base) * CELL / 2.0, s->y + 20, SVG_MIDDLE,
			 (end - from) * CELL - 8, TONE_STRONG, f->name);
	}
	s->y += any ? FIELD_HEIGHT : 0;
}

static void put_byte(struct sheet *s, const struct cells_picture *p, unsigned byte, double x)
{
	uint8_t value = p->bytes[byte];
	bool shown = p->text && byte >= 2 && value > 0x20 && value < 0x7f;
	char words[16];

	svg_rect(s->out, "done", x, s->y, CELL, CELL_HEIGHT);
	snprintf(words, sizeof words, shown ? "%02x  %c" : "%02x", value, value);
	svg_text(s->out, x + CELL / 2.0, s->y + 22, SVG_MIDDLE, 0, tone_of(p, byte), words);
}

static void put_strip(struct sheet *s, const struct cells_picture *p, unsigned base)
{
	unsigned count = p->count - base > IN_ROW ? IN_ROW : p->count - base;
	char words[16];

	for (unsigned i = 0; i < count && s->out; i++) {
		snprintf(words, sizeof words, "%u", base + i);
		svg_text(s->out, MARGIN + (i + 0.5) * CELL, s->y, SVG_MIDDLE, 0, TONE_DIM, words);
	}
	s->y += 8;
	put_fields(s, &p->generic, base, count);
	for (unsigned i = 0; i < count && s->out; i++)
		put_byte(s, p, base + i, MARGIN + i * (double)CELL);
	s->y += CELL_HEIGHT;
	put_fields(s, &p->specific, base, count);
	s->y += SVG_LINE;
}

static void put_value(struct sheet *s, const struct cells_picture *p, const struct cells_field *f)
{
	enum tone tone = tone_of(p, f->at);

	if (s->out) {
		svg_text(s->out, MARGIN + 16, s->y, SVG_START, NAME_ROOM - 8, tone, f->name);
		svg_text(s->out, VALUE_X - 16, s->y, SVG_END, SIZE_ROOM, TONE_DIM,
			 arena_printf(s->arena, "%u byte%s", f->size, f->size == 1 ? "" : "s"));
	}
	put_paragraph(s, VALUE_X, 0, tone, f->value ? f->value : "not given");
	for (unsigned k = 0; k < 2; k++)
		if (f->why[k])
			put_paragraph(s, VALUE_X, 0, TONE_PLAIN, f->why[k]);
}

static const char *title_of(struct arena *a, const struct cells_picture *p)
{
	bool same = strcmp(p->title, p->family) == 0;

	return arena_printf(a, "%s%s%s, %u bytes", same ? "" : p->title, same ? "" : "  ", p->family, p->address->len);
}

static void put_picture(struct sheet *s, const struct cells_picture *p)
{
	const struct cells_layout *own = own_layout(p);

	put_paragraph(s, MARGIN, 0, TONE_STRONG, title_of(s->arena, p));
	for (size_t i = 0; i < p->uses.count; i++) {
		const struct cells_use *u = &p->uses.items[i];

		put_paragraph(s, MARGIN, 16, TONE_DIM,
			      arena_printf(s->arena, "%s%s%s%s", u->words, u->source ? ", " : "",
					   u->source ? u->source : "",
					   u->times > 1 ? arena_printf(s->arena, ", %zu times", u->times) : ""));
	}
	if (p->more_uses)
		put_paragraph(s, MARGIN, 0, TONE_DIM, arena_printf(s->arena, "and %zu more", p->more_uses));
	s->y += 8;
	for (unsigned base = 0; base < p->count; base += IN_ROW)
		put_strip(s, p, base);
	for (size_t i = 0; i < p->notes.count; i++)
		put_paragraph(s, MARGIN, 16, p->notes.items[i].bad ? TONE_BAD : TONE_DIM, p->notes.items[i].words);
	if (own->type)
		put_paragraph(s, MARGIN, 0, TONE_STRONG, arena_printf(s->arena, "%s, %u bytes", own->type, own->size));
	for (unsigned i = 0; i < own->count; i++)
		put_value(s, p, &own->fields[i]);
	s->y += GAP;
}

static void put_all(struct sheet *s, const struct cells *c)
{
	s->y = 2 * MARGIN;
	for (size_t i = 0; i < c->pictures.count; i++)
		put_picture(s, c->pictures.items[i]);
	if (c->more)
		put_paragraph(s, MARGIN, 0, TONE_WAIT,
			      arena_printf(s->arena,
					   "and %zu more addresses: --every shows all, --conn=cN those of one",
					   c->more));
}

void svg_cells(const struct cells *c, const struct look *look, struct buf *out)
{
	struct sheet s = {.arena = arena_new()};
	const char *told = "";

	put_all(&s, c);
	for (size_t i = 0; i < c->pictures.count; i++)
		told = arena_printf(s.arena, "%s%s. ", told, title_of(s.arena, c->pictures.items[i]));
	svg_begin(out, look, (struct svg_about){"The bytes of the socket addresses", told}, WIDTH, s.y);
	s.out = out;
	put_all(&s, c);
	svg_end(out);
	arena_free(s.arena);
}
