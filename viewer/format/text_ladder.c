/* text_ladder: the timeline in character cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"
#include "viewer/format/canvas.h"
#include "viewer/format/format.h"
#include "viewer/format/ladder_layout.h"
#include "viewer/format/ladder_lines.h"
#include "viewer/format/preface.h"

static void flush(struct layout *y)
{
	canvas_print(&y->row, y->out);
	canvas_clear(&y->row);
}

static void draw_frame(struct layout *y)
{
	canvas_glyph(&y->row, FRAME_X, 0, GLYPH_VLINE, TONE_DIM);
	canvas_glyph(&y->row, y->frame_end, 0, GLYPH_VLINE, TONE_DIM);
}

static void draw_words(struct layout *y, const struct cell *cell, struct spot s)
{
	unsigned x = s.x;

	if (cell->tag) {
		x += canvas_text(&y->row, x, 0, s.end - x, cell->tag, TONE_STRONG);
		x += canvas_text(&y->row, x, 0, s.end - x, " ", TONE_PLAIN);
	}
	if (x >= s.end)
		return;
	x += canvas_text(&y->row, x, 0, s.end - x, cell->text, cell->tone);
	if (!cell->back || x + 3 >= s.end)
		return;
	canvas_glyph(&y->row, x + 1, 0, GLYPH_BACK, TONE_WAIT);
	canvas_text(&y->row, x + 3, 0, s.end - x - 3, cell->back, TONE_WAIT);
}

/* What of a cell found no room in its row and stands below it; NULL: nothing. */
struct below {
	const char *rest, *note;
};

static struct below draw_cell(struct layout *y, const struct row *row, size_t index, struct cell cell, struct spot *s)
{
	struct below below = {NULL, cell.note};
	unsigned width, note = cell.note ? canvas_text_width(y->look, cell.note) : 0, from, to;

	layout_free_room(y, row, index, &cell, &from, &to);
	below.rest = layout_break(y, &cell, to - from);
	width = layout_cell_width(y, &cell);
	if (!note || below.rest || width + 2 + note > to - from) {
		*s = layout_spot(y, &cell, width, from, to);
		draw_words(y, &cell, *s);
		return below;
	}
	*s = layout_spot(y, &cell, width + 2 + note, from, to);
	draw_words(y, &cell, (struct spot){s->x, s->x + width});
	canvas_text(&y->row, s->x + width, 0, 2, "  ", TONE_PLAIN);
	canvas_text(&y->row, s->x + width + 2, 0, note, cell.note, cell.note_tone);
	below.note = NULL;
	return below;
}

/* Arrows end at a lane's words; where its strands' brackets stand before them, at those. */
static unsigned arrow_edge(const struct layout *y, const struct row *row, const struct spot *spots, unsigned lane,
			   bool right_side)
{
	unsigned line = layout_line(y, lane, right_side);

	for (unsigned i = 0; i < row->ncells; i++) {
		if (row->cells[i].lane != lane)
			continue;
		if (right_side)
			return y->places[lane].strands && line >= spots[i].end ? line + 2 : spots[i].end + 1;
		return y->places[lane].strands && line < spots[i].x ? line - 1 : spots[i].x - 1;
	}
	return right_side ? line + 2 : line - 1;
}

static void draw_arrow(struct layout *y, const struct row *row, const struct spot *spots)
{
	const struct arrow *a = &row->arrow;
	bool rightward = a->from < a->to;
	unsigned from, end, label, room;
	const char *words;

	if (a->from == a->to)
		return;
	from = arrow_edge(y, row, spots, rightward ? a->from : a->to, true);
	end = arrow_edge(y, row, spots, rightward ? a->to : a->from, false);
	if (end < from + 3)
		return;
	canvas_across(&y->row, from, 0, end, a->style == ARROW_DASHED ? GLYPH_HDASH : GLYPH_HLINE, a->tone);
	canvas_glyph(&y->row, rightward ? end - 1 : from, 0, rightward ? GLYPH_ARROW_RIGHT : GLYPH_ARROW_LEFT, a->tone);
	if (!a->label || end - from < 8)
		return;
	room = end - from - 5;
	words = a->brief && canvas_text_width(y->look, a->label) > room ? a->brief : a->label;
	label = canvas_text_width(y->look, words);
	if (words == a->brief && label <= room + 2)
		room = label; /* rather the word than the line on both sides of it */
	if (label > room)
		label = room;
	from += (end - from - label - 2) / 2;
	canvas_text(&y->row, from, 0, 1, " ", a->tone);
	label = canvas_text(&y->row, from + 1, 0, room, words, a->tone);
	canvas_text(&y->row, from + 1 + label, 0, 1, " ", a->tone);
}

/* How a delta is written: the first row whose least it reaches. */
static const struct {
	uint64_t least_ns;
	const char *format;
	double unit_ns;
	enum tone tone;
} time_words[] = {
	{99500000000, "~%.0fs~", 1e9, TONE_WAIT}, {9950000000, "~%.1fs~", 1e9, TONE_WAIT},
	{100000000, "~%.2fs~", 1e9, TONE_WAIT},   {9995000, "+%.1fms", 1e6, TONE_DIM},
	{9995, "+%.2fms", 1e6, TONE_DIM},         {0, "+%.0f us", 1e3, TONE_DIM},
};

static void draw_time(struct layout *y, const struct row *row, bool first)
{
	char words[32];
	unsigned i = 0, width, x;

	while (row->since_ns < time_words[i].least_ns)
		i++;
	if (first)
		snprintf(words, sizeof words, "%.3f", (double)row->at_ns / 1e9);
	else
		snprintf(words, sizeof words, time_words[i].format, (double)row->since_ns / time_words[i].unit_ns);
	width = (unsigned)strlen(words);
	x = width < TIME_ROOM ? TIME_ROOM - width : 0;
	canvas_text(&y->row, x, 0, FRAME_X - 1, words, first ? TONE_DIM : time_words[i].tone);
	if (!first && time_words[i].least_ns == 0)
		canvas_glyph(&y->row, x + width - 2, 0, GLYPH_MICRO, TONE_DIM);
}

/* Words that found no room beside their cell: on as many lines as they take. */
static void draw_below(struct layout *y, const struct cell *cell, const char *words, enum tone tone, size_t index)
{
	const struct row alone = {.ncells = 1};

	while (words) {
		struct cell part = {.lane = cell->lane, .strand = cell->strand, .text = words};
		unsigned from, to;
		struct spot s;

		draw_frame(y);
		layout_free_room(y, &alone, index, &part, &from, &to);
		words = layout_break(y, &part, to - from);
		s = layout_spot(y, &part, canvas_text_width(y->look, part.text), from, to);
		canvas_text(&y->row, s.x, 0, s.end - s.x, part.text, tone);
		lines_below(y, index, cell->lane);
		flush(y);
	}
}

static void draw_marks(struct layout *y, const struct row *row)
{
	char words[24];

	if (y->l->bands)
		return;
	layout_mark(row, words, sizeof words);
	canvas_text(&y->row, FRAME_X + 1, 0, y->mark_room - 1, words, TONE_PHASE);
}

static void draw_source(struct layout *y, const struct row *row)
{
	char words[256];

	if (!y->source_room || !layout_source(row, words, sizeof words, y->look->width >= BOTH_SOURCES))
		return;
	if (canvas_text_width(y->look, words) > y->source_room)
		layout_source(row, words, sizeof words, false);
	canvas_site(&y->row, y->source_x, 0, y->source_room, words, TONE_DIM);
}

static void draw_step(struct layout *y, size_t index, bool first)
{
	const struct row *row = &y->l->rows.items[index];
	struct spot spots[2];
	struct below below[2] = {0};

	draw_frame(y);
	if (row->kind == ROW_STEP)
		draw_time(y, row, first);
	draw_marks(y, row);
	for (unsigned i = 0; i < row->ncells; i++)
		below[i] = draw_cell(y, row, index, row->cells[i], &spots[i]);
	for (unsigned lane = 0; lane < y->l->lanes.count; lane++) {
		const struct place *p = &y->places[lane];
		bool busy = false;

		for (unsigned i = 0; i < row->ncells; i++)
			busy |= row->cells[i].lane == lane || (spots[i].x <= p->line && p->line < spots[i].end);
		lines_draw(y, lane, index, busy);
	}
	draw_arrow(y, row, spots);
	draw_source(y, row);
	flush(y);
	for (unsigned i = 0; i < row->ncells; i++) {
		const struct cell *cell = &row->cells[i];

		if (below[i].rest)
			draw_below(y, cell, below[i].rest, cell->tone, index);
		if (below[i].note)
			draw_below(y, cell, below[i].note, cell->note_tone, index);
	}
}

static void draw_band(struct layout *y, const struct row *row)
{
	unsigned x = FRAME_X + 3;

	canvas_across(&y->row, FRAME_X, 0, y->frame_end, GLYPH_HLINE, TONE_DIM);
	canvas_glyph(&y->row, FRAME_X, 0, GLYPH_TEE_LEFT, TONE_DIM);
	canvas_glyph(&y->row, y->frame_end, 0, GLYPH_TEE_RIGHT, TONE_DIM);
	canvas_text(&y->row, x - 1, 0, 1, " ", TONE_DIM);
	x += canvas_text(&y->row, x, 0, y->frame_end - x - 2, row->text, TONE_PHASE);
	canvas_text(&y->row, x, 0, 1, " ", TONE_DIM);
	flush(y);
}

static unsigned title_width(const struct layout *y, const struct lane *lane, const char *who)
{
	return canvas_text_width(y->look, lane->role) + 2 + canvas_text_width(y->look, who);
}

/* Where all titles do not fit beside each other, the pids are left to the lines above. */
static const char *title_who(const struct layout *y, const struct lane *lane)
{
	const char *pid = strrchr(lane->who, ' ');
	unsigned width = FRAME_X;

	for (unsigned i = 0; i < y->l->lanes.count; i++)
		width += title_width(y, &y->l->lanes.items[i], y->l->lanes.items[i].who) + 1;
	if (width <= y->look->width || !pid || lane->shared || lane->relay)
		return lane->who;
	return arena_copy(y->l->arena, lane->who, (size_t)(pid - lane->who));
}

static unsigned draw_title(struct layout *y, unsigned i, unsigned reach)
{
	const struct lane *lane = &y->l->lanes.items[i];
	const struct place *p = &y->places[i];
	const char *who = title_who(y, lane);
	unsigned width = title_width(y, lane, who), x = p->x;
	unsigned end = i + 1 == y->l->lanes.count ? y->look->width : y->places[i + 1].x - 2;

	if (lane->lean == LEAN_RIGHT)
		x = p->x + p->room > width + FRAME_X ? p->x + p->room - width : FRAME_X + 1;
	else if (lane->lean == LEAN_MIDDLE)
		x = p->line > width / 2 ? p->line - width / 2 : p->x;
	if (x + width > end)
		x = end > width ? end - width : 0;
	if (x < reach)
		x = reach;
	x += canvas_text(&y->row, x, 0, end - x, lane->role, lane->traced ? TONE_STRONG : TONE_WAIT) + 2;
	if (x < end)
		x += canvas_text(&y->row, x, 0, end - x, who, TONE_PLAIN);
	return x + 1;
}

static void draw_titles(struct layout *y)
{
	unsigned reach = 0;

	for (unsigned i = 0; i < y->l->lanes.count; i++)
		reach = draw_title(y, i, reach);
	flush(y);
}

/* Time that passes before a row. */
static void draw_space(struct layout *y, size_t index)
{
	draw_frame(y);
	lines_before(y, index);
	flush(y);
}

void text_ladder(const struct ladder *l, const struct look *look, struct buf *out)
{
	struct layout y = {.l = l, .look = look, .out = out};
	bool first = true;

	canvas_init(&y.row, look->width, 1, look);
	text_preface(&l->preface, look, out);
	if (l->rows.count) {
		y.places = mem_zeroed(mem_product(l->lanes.count + 1, sizeof *y.places));
		layout_place(&y);
		draw_titles(&y);
	}
	for (size_t i = 0; i < l->rows.count; i++) {
		for (unsigned space = 0; space < l->rows.items[i].space; space++)
			draw_space(&y, i);
		switch (l->rows.items[i].kind) {
		case ROW_BAND:
			draw_band(&y, &l->rows.items[i]);
			break;
		case ROW_STEP:
		case ROW_NOTE:
			draw_step(&y, i, first);
			first = first && l->rows.items[i].kind != ROW_STEP;
			break;
		}
	}
	if (l->legend)
		canvas_line(out, look, l->legend, TONE_PHASE);
	canvas_free(&y.row);
	free(y.places);
}
