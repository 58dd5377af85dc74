/* text_diagram: the lesson's picture in character cells. */
#include <stdio.h>

#include "viewer/format/canvas.h"
#include "viewer/format/format.h"

enum {
	MARGIN = 5, /* beside the columns: a brace, a loop, a space */
	BOX_MOST = 40,
	GAP_LEAST = 13,
	BOX_HEIGHT = 3,
	HEAD = 5, /* lines above the first box */
	HEIGHT = HEAD + DIAGRAM_ROWS * BOX_HEIGHT + 3 + 1,
};

struct sheet {
	const struct diagram *d;
	struct canvas c;
	unsigned x[2], box, width; /* left edges by side, a box's width, the whole */
};

/* The session's frame takes a line above its first row and one below its last. */
static unsigned row_top(const struct sheet *s, unsigned row)
{
	unsigned y = HEAD + row * BOX_HEIGHT;

	if (row >= s->d->session_top)
		y++;
	if (row > s->d->session_bottom)
		y += 2;
	return y;
}

static unsigned row_middle(const struct sheet *s, unsigned row)
{
	return row_top(s, row) + 1;
}

/* The column's line of arrows: right of the boxes' names, left of their counts. */
static unsigned column_line(const struct sheet *s, enum side side)
{
	return s->x[side] + s->box * 2 / 3;
}

static enum tone box_tone(const struct box *b)
{
	static const enum tone tones[] = {
		[BOX_DONE] = TONE_BOX,    [BOX_FAILED] = TONE_BAD,   [BOX_WAITING] = TONE_WAIT,
		[BOX_MISSING] = TONE_DIM, [BOX_UNTRACED] = TONE_DIM,
	};

	return tones[b->state];
}

static void draw_border(struct sheet *s, const struct box *b, unsigned y, enum tone tone)
{
	bool hollow = b->state == BOX_MISSING || b->state == BOX_UNTRACED;
	unsigned x = s->x[b->side], right = x + s->box - 1;

	canvas_across(&s->c, x + 1, y, right, hollow ? GLYPH_HDASH : GLYPH_HLINE, tone);
	canvas_across(&s->c, x + 1, y + 2, right, hollow ? GLYPH_HDASH : GLYPH_HLINE, tone);
	canvas_glyph(&s->c, x, y + 1, hollow ? GLYPH_VDASH : GLYPH_VLINE, tone);
	canvas_glyph(&s->c, right, y + 1, hollow ? GLYPH_VDASH : GLYPH_VLINE, tone);
	canvas_glyph(&s->c, x, y, GLYPH_TOP_LEFT, tone);
	canvas_glyph(&s->c, right, y, GLYPH_TOP_RIGHT, tone);
	canvas_glyph(&s->c, x, y + 2, GLYPH_BOTTOM_LEFT, tone);
	canvas_glyph(&s->c, right, y + 2, GLYPH_BOTTOM_RIGHT, tone);
}

/* A source that finds no room in the box stands in its lower border, left of the arrow that may leave there. */
static void draw_source_below(struct sheet *s, const struct box *b)
{
	unsigned y = row_top(s, b->row) + 2, x = s->x[b->side] + 2, room = column_line(s, b->side) - x - 2;

	canvas_text(&s->c, x - 1, y, 1, " ", TONE_DIM);
	x += canvas_site(&s->c, x, y, room, b->source, TONE_DIM);
	canvas_text(&s->c, x, y, 1, " ", TONE_DIM);
}

static void draw_box(struct sheet *s, const struct box *b)
{
	unsigned y = row_top(s, b->row), x = s->x[b->side], inner = s->box - 4, used = 0, source;
	enum tone tone = box_tone(b);
	char count[16] = "";

	draw_border(s, b, y, tone);
	used = canvas_text(&s->c, x + 1, y, 1, " ", tone);
	used += canvas_text(&s->c, x + 2, y, s->box - 4 - (b->count > 1) * 8, b->name,
			    b->state == BOX_DONE ? TONE_STRONG : tone);
	canvas_text(&s->c, x + 1 + used, y, 1, " ", tone);
	if (b->count > 1) {
		snprintf(count, sizeof count, " x%u ", b->count);
		used = canvas_text_width(&s->c.look, count);
		canvas_text(&s->c, x + s->box - 2 - used, y, used, count, TONE_STRONG);
	}
	used = b->fact ? canvas_text(&s->c, x + 2, y + 1, inner, b->fact, b->state == BOX_DONE ? TONE_PLAIN : tone) : 0;
	source = b->source ? canvas_text_width(&s->c.look, b->source) : 0;
	if (source && used + 1 + source <= inner)
		canvas_text(&s->c, x + 2 + inner - source, y + 1, source, b->source, TONE_DIM);
	else if (source)
		draw_source_below(s, b);
}

static void draw_next(struct sheet *s, const struct edge *e)
{
	const struct box *from = &s->d->boxes[e->from], *to = &s->d->boxes[e->to];
	enum tone tone = e->happened ? TONE_BOX : TONE_DIM;
	unsigned x = column_line(s, from->side), top = row_top(s, from->row) + 2, bottom = row_top(s, to->row);

	canvas_glyph(&s->c, x, top, GLYPH_TEE_DOWN, tone);
	canvas_down(&s->c, x, top + 1, bottom, e->happened ? GLYPH_VLINE : GLYPH_VDASH, tone);
	canvas_glyph(&s->c, x, bottom, GLYPH_ARROW_DOWN, tone);
}

static void draw_across(struct sheet *s, const struct edge *e)
{
	const struct box *from = &s->d->boxes[e->from];
	static const enum tone tones[] = {[EDGE_DATA] = TONE_DATA, [EDGE_REQUEST] = TONE_LINK, [EDGE_EOF] = TONE_END};
	enum tone tone = e->happened ? tones[e->style] : TONE_DIM;
	unsigned y = row_middle(s, from->row), x = s->x[0] + s->box, end = s->x[1], room = end - x - 4, label;
	bool rightward = from->side == SIDE_CLIENT;

	canvas_across(&s->c, x, y, end, e->style == EDGE_DATA && e->happened ? GLYPH_HLINE : GLYPH_HDASH, tone);
	canvas_glyph(&s->c, rightward ? end - 1 : x, y, rightward ? GLYPH_ARROW_RIGHT : GLYPH_ARROW_LEFT, tone);
	if (!e->label || !e->happened)
		return;
	label = canvas_text_width(&s->c.look, e->label);
	if (label > room - 2)
		label = room - 2;
	x += (end - x - label - 2) / 2;
	canvas_text(&s->c, x, y, 1, " ", tone);
	label = canvas_text(&s->c, x + 1, y, label, e->label, tone);
	canvas_text(&s->c, x + 1 + label, y, 1, " ", tone);
}

static void draw_loop(struct sheet *s, const struct loop *l)
{
	bool left = l->side == SIDE_CLIENT;
	unsigned distance = l->outer ? 3 : 1;
	unsigned edge = left ? s->x[0] : s->x[1] + s->box - 1;
	unsigned x = left ? edge - 1 - distance : edge + 1 + distance;
	unsigned top = row_middle(s, l->top), bottom = row_middle(s, l->bottom);
	enum tone tone = l->count ? TONE_PHASE : TONE_DIM;

	canvas_down(&s->c, x, top + 1, bottom, GLYPH_VLINE, tone);
	canvas_glyph(&s->c, x, top, left ? GLYPH_TOP_LEFT : GLYPH_TOP_RIGHT, tone);
	canvas_glyph(&s->c, x, bottom, left ? GLYPH_BOTTOM_LEFT : GLYPH_BOTTOM_RIGHT, tone);
	canvas_across(&s->c, left ? x + 1 : edge + 1, bottom, left ? edge : x, GLYPH_HLINE, tone);
	canvas_across(&s->c, left ? x + 1 : edge + 1, top, left ? edge : x, GLYPH_HLINE, tone);
	canvas_glyph(&s->c, left ? edge - 1 : edge + 1, top, left ? GLYPH_ARROW_RIGHT : GLYPH_ARROW_LEFT, tone);
	if (l->label && l->outer)
		canvas_text(&s->c, x + 1 - canvas_text_width(&s->c.look, l->label), bottom + 2, s->width, l->label,
			    tone);
}

static void draw_brace(struct sheet *s, const struct brace *b)
{
	bool left = b->side == SIDE_CLIENT;
	unsigned x = left ? s->x[0] - 4 : s->x[1] + s->box + 1, top = row_top(s, b->top),
		 bottom = row_top(s, b->bottom) + 2;
	unsigned width = canvas_text_width(&s->c.look, b->label);

	canvas_down(&s->c, x, top + 1, bottom, GLYPH_VLINE, TONE_DIM);
	canvas_glyph(&s->c, x, top, left ? GLYPH_TOP_LEFT : GLYPH_TOP_RIGHT, TONE_DIM);
	canvas_glyph(&s->c, x, bottom, left ? GLYPH_BOTTOM_LEFT : GLYPH_BOTTOM_RIGHT, TONE_DIM);
	canvas_text(&s->c, left ? x : x + 1 - width, top - 1, width, b->label, TONE_DIM);
}

static void draw_session(struct sheet *s)
{
	unsigned top = row_top(s, s->d->session_top) - 1, bottom = row_top(s, s->d->session_bottom) + BOX_HEIGHT;
	unsigned right = s->width - 3;
	const char *title = " Client/Server session ";
	unsigned x;

	canvas_across(&s->c, 1, top, right, GLYPH_HDOUBLE, TONE_SESSION);
	canvas_across(&s->c, 1, bottom, right, GLYPH_HDOUBLE, TONE_SESSION);
	canvas_down(&s->c, 0, top + 1, bottom, GLYPH_VDOUBLE, TONE_SESSION);
	canvas_down(&s->c, right, top + 1, bottom, GLYPH_VDOUBLE, TONE_SESSION);
	canvas_glyph(&s->c, 0, top, GLYPH_DOUBLE_TOP_LEFT, TONE_SESSION);
	canvas_glyph(&s->c, right, top, GLYPH_DOUBLE_TOP_RIGHT, TONE_SESSION);
	canvas_glyph(&s->c, 0, bottom, GLYPH_DOUBLE_BOTTOM_LEFT, TONE_SESSION);
	canvas_glyph(&s->c, right, bottom, GLYPH_DOUBLE_BOTTOM_RIGHT, TONE_SESSION);
	x = 2 + canvas_text(&s->c, 2, top, 1, " ", TONE_PLAIN);
	x += canvas_text(&s->c, x, top, 20, s->d->phases[2], TONE_PHASE);
	canvas_text(&s->c, x, top, 1, " ", TONE_PLAIN);
	x = s->x[0] + s->box + (s->x[1] - s->x[0] - s->box) / 2 - canvas_text_width(&s->c.look, title) / 2;
	canvas_text(&s->c, x, bottom, s->width, title, TONE_SESSION);
}

static void draw_words(struct sheet *s)
{
	const struct diagram *d = s->d;
	unsigned below = row_top(s, d->session_bottom + 1) - 1;

	canvas_text(&s->c, 0, 0, s->width, d->title, TONE_STRONG);
	if (d->choice)
		canvas_text(&s->c, 0, 1, s->width, d->choice, TONE_DIM);
	canvas_text(&s->c, s->x[0], 2, s->box, d->phases[1], TONE_PHASE);
	canvas_text(&s->c, s->x[1], 2, s->box, d->phases[0], TONE_PHASE);
	canvas_text(&s->c, s->x[0], 3, s->x[1] - s->x[0] - 1, d->columns[0], TONE_STRONG);
	canvas_text(&s->c, s->x[1], 3, s->width - s->x[1], d->columns[1], TONE_STRONG);
	canvas_text(&s->c, 1, below, s->box, d->phases[3], TONE_PHASE);
	canvas_text(&s->c, s->x[1] - 2 - canvas_text_width(&s->c.look, d->phases[4]), row_middle(s, DIAGRAM_ROWS - 1),
		    s->box, d->phases[4], TONE_PHASE);
}

static void lay_out(struct sheet *s, unsigned width)
{
	unsigned most = 2 * BOX_MOST + GAP_LEAST + 2 * MARGIN;

	s->width = width > most ? most : width;
	s->box = (s->width - 2 * MARGIN - GAP_LEAST) / 2;
	s->x[SIDE_CLIENT] = MARGIN;
	s->x[SIDE_SERVER] = s->width - MARGIN - s->box;
}

void text_diagram(const struct diagram *d, const struct look *look, struct buf *out)
{
	struct sheet s = {.d = d};

	lay_out(&s, look->width);
	canvas_init(&s.c, look->width, HEIGHT, look);
	draw_session(&s);
	for (unsigned i = 0; i < DIAGRAM_BOXES; i++)
		draw_box(&s, &d->boxes[i]);
	for (unsigned i = 0; i < d->nedges; i++)
		if (d->edges[i].style == EDGE_NEXT)
			draw_next(&s, &d->edges[i]);
		else
			draw_across(&s, &d->edges[i]);
	for (unsigned i = 0; i < sizeof d->braces / sizeof d->braces[0]; i++)
		draw_brace(&s, &d->braces[i]);
	for (unsigned i = 0; i < sizeof d->loops / sizeof d->loops[0]; i++)
		draw_loop(&s, &d->loops[i]);
	draw_words(&s);
	canvas_print(&s.c, out);
	for (size_t i = 0; i < d->notes.count; i++)
		canvas_line(out, look, d->notes.items[i], TONE_WAIT);
	canvas_free(&s.c);
}
