/* svg_diagram: the lesson's picture as SVG. */
#include <stdio.h>

#include "viewer/format/format.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 170,
	BOX_WIDTH = 300,
	BOX_HEIGHT = 46,
	GAP = 190,
	ROW_STEP_PX = 66,
	TOP = 118,
	LOOP = 26,
	PANEL = 22,       /* of a phase's panel beside the boxes */
	PANEL_BELOW = 10, /* and above and below them */
	TITLE_ROOM = 56,
	WIDTH = 2 * MARGIN + 2 * BOX_WIDTH + GAP,
};

static double column_x(enum side side)
{
	return MARGIN + (side == SIDE_SERVER) * (BOX_WIDTH + GAP);
}

static double row_y(const struct diagram *d, unsigned row)
{
	return TOP + row * ROW_STEP_PX + (row >= d->session_top) * 34 + (row > d->session_bottom) * 24;
}

static double middle_y(const struct diagram *d, unsigned row)
{
	return row_y(d, row) + BOX_HEIGHT / 2.0;
}

/* Where look is inside of a page, its script finds the box by its number. */
static void begin_box(struct buf *out, const struct look *look, unsigned number)
{
	if (look->inside)
		buf_printf(out, "<g data-box=\"%u\">", number);
}

static void end_box(struct buf *out, const struct look *look)
{
	if (look->inside)
		buf_puts(out, "</g>\n");
}

static void draw_box(struct buf *out, const struct diagram *d, const struct box *b)
{
	static const char *const shapes[] = {
		[BOX_DONE] = "done",      [BOX_FAILED] = "failed",   [BOX_WAITING] = "here",
		[BOX_MISSING] = "hollow", [BOX_UNTRACED] = "hollow",
	};
	static const enum tone tones[] = {
		[BOX_DONE] = TONE_PLAIN,  [BOX_FAILED] = TONE_BAD,   [BOX_WAITING] = TONE_STRONG,
		[BOX_MISSING] = TONE_DIM, [BOX_UNTRACED] = TONE_DIM,
	};
	enum tone tone = tones[b->state];
	double x = column_x(b->side), y = row_y(d, b->row);
	char count[16];

	svg_rect(out, shapes[b->state], x, y, BOX_WIDTH, BOX_HEIGHT);
	svg_text(out, x + 10, y + 18, SVG_START, BOX_WIDTH - 60, b->state == BOX_DONE ? TONE_STRONG : tone, b->name);
	if (b->fact)
		svg_text(out, x + 10, y + 37, SVG_START, BOX_WIDTH - 20, tone, b->fact);
	if (b->source)
		svg_text(out, x + BOX_WIDTH - 10, y + 18, SVG_END, BOX_WIDTH / 2.0, TONE_DIM, b->source);
	if (b->count < 2)
		return;
	snprintf(count, sizeof count, "\xc3\x97%u", b->count);
	svg_text(out, x + BOX_WIDTH - 10, y + 37, SVG_END, 0, TONE_STRONG, count);
}

/* "client connect to server accept: request" */
static void begin_edge(struct buf *out, const struct edge *e, const struct box *from, const struct box *to)
{
	static const char *const sides[] = {"client", "server"};
	struct buf name = {0};

	buf_printf(&name, "%s %s to %s %s%s%s", sides[from->side], from->name, sides[to->side], to->name,
		   !e->happened ? ": did not happen"
		   : e->label   ? ": "
				: "",
		   e->happened && e->label ? e->label : "");
	svg_thing_begin(out, name.bytes);
	buf_free(&name);
}

static void draw_edge(struct buf *out, const struct diagram *d, const struct edge *e)
{
	const struct box *from = &d->boxes[e->from], *to = &d->boxes[e->to];
	static const enum tone tones[] = {
		[EDGE_NEXT] = TONE_BOX, [EDGE_DATA] = TONE_DATA, [EDGE_REQUEST] = TONE_LINK, [EDGE_EOF] = TONE_END};
	enum tone tone = e->happened ? tones[e->style] : TONE_DIM;
	bool solid = e->happened && (e->style == EDGE_NEXT || e->style == EDGE_DATA);
	const char *shape = solid ? "arrow" : "arrow dashed";
	double x, y = middle_y(d, from->row);

	if (e->style == EDGE_NEXT) {
		x = column_x(from->side) + BOX_WIDTH / 2.0;
		svg_line(out, shape, tone, x, row_y(d, from->row) + BOX_HEIGHT, x, row_y(d, to->row) - 1);
		return;
	}
	x = column_x(SIDE_CLIENT) + BOX_WIDTH;
	begin_edge(out, e, from, to);
	if (from->side == SIDE_CLIENT)
		svg_line(out, shape, tone, x + 2, y, x + GAP - 2, y);
	else
		svg_line(out, shape, tone, x + GAP - 2, y, x + 2, y);
	if (e->label && e->happened)
		svg_text(out, x + GAP / 2.0, y - 6, SVG_MIDDLE, GAP - 20, tone, e->label);
	svg_thing_end(out);
}

static void draw_loop(struct buf *out, const struct diagram *d, const struct loop *l)
{
	bool left = l->side == SIDE_CLIENT;
	double edge = column_x(l->side) + (left ? 0 : BOX_WIDTH),
	       x = left ? edge - LOOP : edge + LOOP * (l->outer ? 2 : 1);
	double top = middle_y(d, l->top), bottom = middle_y(d, l->bottom);
	enum tone tone = l->count ? TONE_PHASE : TONE_DIM;

	svg_line(out, "line", tone, edge, bottom, x, bottom);
	svg_line(out, "line", tone, x, bottom, x, top);
	svg_line(out, "arrow", tone, x, top, left ? edge - 1 : edge + 1, top);
	if (l->label)
		svg_text(out, x, bottom + BOX_HEIGHT / 2.0 + PANEL_BELOW + 18, SVG_END, 0, tone, l->label);
}

static void draw_brace(struct buf *out, const struct diagram *d, const struct brace *b)
{
	bool left = b->side == SIDE_CLIENT;
	double edge = column_x(b->side) + (left ? -10 : BOX_WIDTH + 10), x = left ? edge - 10 : edge + 10;
	double top = row_y(d, b->top), bottom = row_y(d, b->bottom) + BOX_HEIGHT;

	svg_line(out, "line", TONE_DIM, edge, top, x, top);
	svg_line(out, "line", TONE_DIM, x, top, x, bottom);
	svg_line(out, "line", TONE_DIM, x, bottom, edge, bottom);
	svg_text(out, left ? x - 6 : x + 6, (top + bottom) / 2, left ? SVG_END : SVG_START, 0, TONE_DIM, b->label);
}

/* The gray panels of the phases, behind everything. */
static void draw_panel(struct buf *out, const struct diagram *d, enum side side, unsigned top, unsigned bottom,
		       double above)
{
	double y = row_y(d, top) - above;

	svg_rect(out, "band", column_x(side) - PANEL, y, BOX_WIDTH + 2 * PANEL,
		 row_y(d, bottom) + BOX_HEIGHT + PANEL_BELOW - y);
}

static void draw_phases(struct buf *out, const struct diagram *d)
{
	double top = row_y(d, d->session_top) - 30, bottom = row_y(d, d->session_bottom) + BOX_HEIGHT + PANEL_BELOW;

	for (int side = 0; side < 2; side++) {
		draw_panel(out, d, side, 0, d->session_top - 1, TITLE_ROOM);
		draw_panel(out, d, side, d->session_bottom + 1, d->session_bottom + 1 + (side == SIDE_SERVER),
			   PANEL_BELOW);
		svg_text(out, column_x(side), TOP - 34, SVG_START, BOX_WIDTH, TONE_PHASE,
			 d->phases[side == SIDE_CLIENT]);
		svg_text(out, column_x(side), TOP - 14, SVG_START, BOX_WIDTH + PANEL, TONE_STRONG, d->columns[side]);
	}
	svg_rect(out, "frame", MARGIN - 2 * LOOP, top, 2 * BOX_WIDTH + GAP + 4 * LOOP - 16, bottom - top);
	svg_text(out, MARGIN + 8, top + 19, SVG_START, 0, TONE_PHASE, d->phases[2]);
	svg_text(out, MARGIN + BOX_WIDTH + GAP / 2.0, top + 19, SVG_MIDDLE, 0, TONE_SESSION, "Client/Server session");
	svg_text(out, MARGIN - PANEL - 6, middle_y(d, d->session_bottom + 1) + 4, SVG_END, 0, TONE_PHASE,
		 "4 Disconnect");
	svg_text(out, column_x(SIDE_SERVER) - PANEL - 6, middle_y(d, DIAGRAM_ROWS - 1) + 4, SVG_END, 0, TONE_PHASE,
		 d->phases[4]);
}

static double notes_height(const struct diagram *d)
{
	double height = 0;

	for (size_t i = 0; i < d->notes.count; i++)
		height += SVG_ROW * (double)svg_paragraph(NULL, 0, 0, WIDTH - 40, 20, TONE_WAIT, d->notes.items[i]);
	return height;
}

/* What happened in which box, for who does not see the boxes. */
static const char *told(struct arena *a, const struct diagram *d)
{
	static const char *const states[] = {
		[BOX_DONE] = "",
		[BOX_FAILED] = " failed",
		[BOX_WAITING] = " has not returned",
		[BOX_MISSING] = " did not happen",
		[BOX_UNTRACED] = " was not traced",
	};
	const char *words = "";

	for (unsigned i = 0; i < DIAGRAM_BOXES; i++) {
		const struct box *b = &d->boxes[i];

		words = arena_printf(a, "%s%s %s%s%s%s. ", words, b->side == SIDE_CLIENT ? "Client" : "Server", b->name,
				     states[b->state], b->fact ? " " : "", b->fact ? b->fact : "");
	}
	return words;
}

void svg_diagram(const struct diagram *d, const struct look *look, struct buf *out)
{
	double y = row_y(d, DIAGRAM_ROWS) + 1.5 * SVG_LINE;
	struct arena *a = arena_new();

	svg_begin(out, look, (struct svg_about){arena_printf(a, "The lesson's picture of %s", d->title), told(a, d)},
		  WIDTH, row_y(d, DIAGRAM_ROWS) + 1.5 * SVG_LINE + notes_height(d));
	svg_text(out, 20, 26, SVG_START, WIDTH - 40, TONE_STRONG, d->title);
	if (d->choice)
		svg_text(out, 20, 46, SVG_START, WIDTH - 40, TONE_DIM, d->choice);
	draw_phases(out, d);
	for (unsigned i = 0; i < d->nedges; i++)
		draw_edge(out, d, &d->edges[i]);
	for (unsigned i = 0; i < DIAGRAM_BOXES; i++) {
		begin_box(out, look, i);
		draw_box(out, d, &d->boxes[i]);
		end_box(out, look);
	}
	for (unsigned i = 0; i < sizeof d->loops / sizeof d->loops[0]; i++)
		draw_loop(out, d, &d->loops[i]);
	for (unsigned i = 0; i < sizeof d->braces / sizeof d->braces[0]; i++)
		draw_brace(out, d, &d->braces[i]);
	for (size_t i = 0; i < d->notes.count; i++)
		y += SVG_ROW * svg_paragraph(out, 20, y, WIDTH - 40, 20, TONE_WAIT, d->notes.items[i]);
	svg_end(out);
	arena_free(a);
}
