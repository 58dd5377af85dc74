/* text_ladder: the timeline in character cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"
#include "viewer/format/canvas.h"
#include "viewer/format/format.h"
#include "viewer/format/ladder_layout.h"
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
		x++;
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
	canvas_text(&y->row, s->x + width + 2, 0, note, cell.note, cell.note_tone);
	below.note = NULL;
	return below;
}

/* The row within a wait that has room to say how long it took. */
static bool says_how_long(const struct layout *y, const struct wait *w, size_t row)
{
	for (size_t r = w->from + 1; r < row; r++)
		if (y->l->rows.items[r].kind == ROW_STEP)
			return false;
	return w->text && y->l->rows.items[row].kind == ROW_STEP;
}

static void draw_bracket(struct layout *y, unsigned lane, const struct wait *w, size_t row, bool continued)
{
	unsigned x = layout_bracket(y, lane, w->level);
	bool left = y->l->lanes.items[lane].lean == LEAN_RIGHT;
	enum glyph glyph = GLYPH_VLINE;

	if (w->from == w->to)
		return;
	if (row == w->from && !continued)
		glyph = left ? GLYPH_TOP_LEFT : GLYPH_TOP_RIGHT;
	else if (row == w->to && !w->open)
		glyph = left ? GLYPH_BOTTOM_LEFT : GLYPH_BOTTOM_RIGHT;
	if (row == w->to && continued && !w->open)
		return;
	if (canvas_is_empty(&y->row, x, 0, x + 1))
		canvas_glyph(&y->row, x, 0, glyph, TONE_WAIT);
}

/* Between the lifeline and the bracket, as many words as fit there. */
static void draw_duration(struct layout *y, unsigned lane, const struct wait *w)
{
	const struct place *p = &y->places[lane];
	bool left = y->l->lanes.items[lane].lean == LEAN_RIGHT;
	unsigned room = left ? p->line - p->x - 1 : p->x + p->room - p->line - 2, width;
	const char *words = canvas_text_width(y->look, w->text) <= room ? w->text : w->brief;

	width = canvas_text_width(y->look, words);
	if (width <= room)
		canvas_text(&y->row, left ? p->line - 1 - width : p->line + 2, 0, width, words, TONE_WAIT);
}

static void draw_lifeline(struct layout *y, unsigned lane, size_t row, bool busy)
{
	const struct place *p = &y->places[lane];
	const struct wait *under_way = NULL, *told = NULL;

	for (unsigned level = 0; level < p->levels; level++) {
		const struct wait *w = layout_wait(y, lane, level, row);

		if (!w)
			continue;
		draw_bracket(y, lane, w, row, false);
		if (row == w->from || (row == w->to && !w->open))
			continue;
		under_way = w;
		if (!told && says_how_long(y, w, row))
			told = w;
	}
	if (busy || !layout_is_alive(y, lane, row))
		return;
	canvas_glyph(&y->row, p->line, 0, under_way ? GLYPH_BLOCKED : GLYPH_IDLE, under_way ? TONE_WAIT : TONE_DIM);
	if (told)
		draw_duration(y, lane, told);
}

static unsigned arrow_edge(const struct layout *y, const struct row *row, const struct spot *spots, unsigned lane,
			   bool right_side)
{
	for (unsigned i = 0; i < row->ncells; i++)
		if (row->cells[i].lane == lane)
			return right_side ? spots[i].end + 1 : spots[i].x - 1;
	return right_side ? y->places[lane].line + 2 : y->places[lane].line - 1;
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

/* Words that found no room beside their cell. */
static void draw_below(struct layout *y, const struct cell *cell, const char *words, enum tone tone, size_t index)
{
	unsigned from, to;
	const struct row alone = {.ncells = 1};
	struct spot s;

	draw_frame(y);
	layout_free_room(y, &alone, index, cell, &from, &to);
	s = layout_spot(y, cell, canvas_text_width(y->look, words), from, to);
	canvas_text(&y->row, s.x, 0, s.end - s.x, words, tone);
	for (unsigned i = 0; i < y->l->lanes.count; i++) {
		const struct wait *w = layout_any_wait(y, i, index);

		for (unsigned level = 0; level < y->places[i].levels; level++) {
			const struct wait *each = layout_wait(y, i, level, index);

			if (each && index < each->to)
				draw_bracket(y, i, each, index, true);
		}
		if (canvas_is_empty(&y->row, y->places[i].line, 0, y->places[i].line + 1) && i != cell->lane &&
		    index >= y->l->lanes.items[i].first_row && index < y->l->lanes.items[i].last_row)
			canvas_glyph(&y->row, y->places[i].line, 0, w ? GLYPH_BLOCKED : GLYPH_IDLE,
				     w ? TONE_WAIT : TONE_DIM);
	}
	flush(y);
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
		draw_lifeline(y, lane, index, busy);
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
	for (unsigned lane = 0; lane < y->l->lanes.count; lane++) {
		const struct lane *l = &y->l->lanes.items[lane];
		bool waits = false;

		for (unsigned level = 0; level < y->places[lane].levels; level++) {
			const struct wait *w = layout_wait(y, lane, level, index);

			if (!w || w->from >= index)
				continue;
			canvas_glyph(&y->row, layout_bracket(y, lane, level), 0, GLYPH_VLINE, TONE_WAIT);
			waits = true;
		}
		if (l->first_row < index && index <= l->last_row)
			canvas_glyph(&y->row, y->places[lane].line, 0, waits ? GLYPH_BLOCKED : GLYPH_IDLE,
				     waits ? TONE_WAIT : TONE_DIM);
	}
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
