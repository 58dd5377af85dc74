/* ladder_lines: the lifelines of a timeline of text, the brackets of waits, the strands. */
#include "viewer/format/ladder_lines.h"

static void draw_bracket(struct layout *y, unsigned lane, const struct wait *w, size_t row, bool continued)
{
	const struct place *p = &y->places[lane];
	unsigned x = layout_bracket(y, lane, p->strands ? w->strand : w->level);
	bool left = p->bracket < p->x;
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

/* Between the lifeline and the bracket, or behind the strands, as many words as fit there. */
static void draw_duration(struct layout *y, unsigned lane, const struct wait *w)
{
	const struct place *p = &y->places[lane];
	bool left = y->l->lanes.items[lane].lean == LEAN_RIGHT;
	unsigned line = layout_line(y, lane, !left);
	unsigned room = left ? line - p->x - 1 : p->x + p->room - line - 2, width;
	const char *words = canvas_text_width(y->look, w->text) <= room ? w->text : w->brief;
	unsigned x;

	width = canvas_text_width(y->look, words);
	x = left ? line - 1 - width : line + 2;
	/* A neighbour's words may have spread to here. */
	if (width <= room && canvas_is_empty(&y->row, x, 0, x + width))
		canvas_text(&y->row, x, 0, width, words, TONE_WAIT);
}

/* A strand that waits for nothing, in its life. */
static void draw_idle_strand(struct layout *y, unsigned lane, unsigned strand, size_t row)
{
	const struct strand *life = &y->l->lanes.items[lane].strand[strand];
	unsigned x = layout_bracket(y, lane, strand);

	if (life->first_row <= row && row <= life->last_row && canvas_is_empty(&y->row, x, 0, x + 1))
		canvas_glyph(&y->row, x, 0, GLYPH_IDLE, TONE_DIM);
}

static bool speaks(const struct row *row, unsigned lane, unsigned strand)
{
	for (unsigned i = 0; i < row->ncells; i++)
		if (row->cells[i].lane == lane && row->cells[i].strand == strand)
			return true;
	return false;
}

/* The brackets of a lane's strands. `continued`: below the row, or before it. */
static void draw_strands(struct layout *y, unsigned lane, size_t row, bool continued)
{
	const struct wait *told = NULL;

	for (unsigned strand = 0; strand < y->places[lane].levels; strand++) {
		const struct wait *w = layout_wait(y, lane, strand, row);

		if (w && w->from != w->to)
			draw_bracket(y, lane, w, row, continued);
		if (w && w->text && !continued && w->told == row)
			told = w;
		if (continued || !speaks(&y->l->rows.items[row], lane, strand))
			draw_idle_strand(y, lane, strand, row);
	}
	if (told)
		draw_duration(y, lane, told);
}

void lines_draw(struct layout *y, unsigned lane, size_t row, bool busy)
{
	const struct place *p = &y->places[lane];
	const struct wait *under_way = NULL, *told = NULL;

	if (p->strands) {
		draw_strands(y, lane, row, false);
		return;
	}
	for (unsigned level = 0; level < p->levels; level++) {
		const struct wait *w = layout_wait(y, lane, level, row);

		if (!w)
			continue;
		draw_bracket(y, lane, w, row, false);
		if (row == w->from || (row == w->to && !w->open))
			continue;
		under_way = w;
		if (w->text && w->told == row)
			told = w;
	}
	if (busy || !layout_is_alive(y, lane, row))
		return;
	canvas_glyph(&y->row, p->line, 0, under_way ? GLYPH_BLOCKED : GLYPH_IDLE, under_way ? TONE_WAIT : TONE_DIM);
	if (told)
		draw_duration(y, lane, told);
}

void lines_below(struct layout *y, size_t index, unsigned speaking)
{
	for (unsigned i = 0; i < y->l->lanes.count; i++) {
		const struct wait *w = layout_any_wait(y, i, index);

		if (y->places[i].strands) {
			draw_strands(y, i, index, true);
			continue;
		}
		for (unsigned level = 0; level < y->places[i].levels; level++) {
			const struct wait *each = layout_wait(y, i, level, index);

			if (each && index < each->to)
				draw_bracket(y, i, each, index, true);
		}
		if (canvas_is_empty(&y->row, y->places[i].line, 0, y->places[i].line + 1) && i != speaking &&
		    index >= y->l->lanes.items[i].first_row && index < y->l->lanes.items[i].last_row)
			canvas_glyph(&y->row, y->places[i].line, 0, w ? GLYPH_BLOCKED : GLYPH_IDLE,
				     w ? TONE_WAIT : TONE_DIM);
	}
}

static void draw_strands_before(struct layout *y, unsigned lane, size_t index)
{
	for (unsigned strand = 0; strand < y->places[lane].levels; strand++) {
		const struct wait *w = layout_wait(y, lane, strand, index);
		unsigned x = layout_bracket(y, lane, strand);

		if (w && w->from < index)
			canvas_glyph(&y->row, x, 0, GLYPH_VLINE, TONE_WAIT);
		else if (y->l->lanes.items[lane].strand[strand].first_row < index)
			draw_idle_strand(y, lane, strand, index);
	}
}

void lines_before(struct layout *y, size_t index)
{
	for (unsigned lane = 0; lane < y->l->lanes.count; lane++) {
		const struct lane *l = &y->l->lanes.items[lane];
		bool waits = false;

		if (y->places[lane].strands) {
			draw_strands_before(y, lane, index);
			continue;
		}
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
}
