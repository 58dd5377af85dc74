/* ladder_room: the cells that a lane's words may take in a row, beside other words and arrows. */
#include <string.h>

#include "viewer/format/ladder_layout.h"

#define LANE_NO_OTHER (~0U)

/* The lane whose words, or whose end of the arrow, this lane's words must leave room to; LANE_NO_OTHER: none. */
static unsigned other_lane(const struct row *row, unsigned lane)
{
	const struct arrow *a = &row->arrow;

	if (row->ncells > 1)
		return row->cells[row->cells[0].lane == lane].lane;
	if (a->from == a->to)
		return LANE_NO_OTHER;
	return a->from == lane ? a->to : a->from;
}

/* Of the cells between two lanes, those that the words at one end may have. */
static unsigned share(const struct row *row, unsigned between)
{
	unsigned arrow = between < 2 * ARROW_LEAST ? between / 2 : ARROW_LEAST;
	unsigned kept = row->arrow.from != row->arrow.to ? arrow : 2;

	return between > kept ? (between - kept) / row->ncells : 0;
}

/* Where the other lane's words begin or end; alone, its lifeline stands for them. */
static unsigned edge(const struct layout *y, const struct row *row, unsigned lane, bool right_side)
{
	const struct place *p = &y->places[lane];

	if (row->ncells < 2 || (p->strands && right_side == (p->line > p->x)))
		return layout_line(y, lane, right_side);
	return !right_side ? p->x : p->bracket > p->x ? p->bracket + 1 : p->x + p->room;
}

/* Columns by which the words of a cell's strand stand further in than its lane's first. */
static unsigned indent(const struct layout *y, const struct cell *cell)
{
	return y->places[cell->lane].strands ? cell->strand * STRAND_STEP : 0;
}

/* Whether words begin at their lane's left edge: those of a lane between others have their strands there too. */
static bool begins_left(const struct layout *y, unsigned lane)
{
	enum lean lean = y->l->lanes.items[lane].lean;

	return lean == LEAN_LEFT || (lean == LEAN_MIDDLE && y->places[lane].strands);
}

/* Up to the lifeline of the next lane that lives, to the left and to the right. */
static void spread_left(const struct layout *y, unsigned lane, size_t index, unsigned *from)
{
	for (unsigned i = lane; i-- > 0;) {
		*from = layout_line(y, i, true) + 2;
		if (layout_is_alive(y, i, index))
			return;
		*from = y->places[i].x;
	}
}

static void spread_right(const struct layout *y, unsigned lane, size_t index, unsigned *to)
{
	for (unsigned i = lane + 1; i < y->l->lanes.count; i++) {
		*to = layout_line(y, i, false) - 1;
		if (layout_is_alive(y, i, index))
			return;
		*to = y->places[i].x + y->places[i].room;
	}
}

/* Whether a lane's brackets stand to the left of its words. */
static bool bracket_is_left(const struct layout *y, unsigned lane)
{
	const struct place *p = &y->places[lane];

	return p->strands ? p->line < p->x : p->bracket < p->x;
}

/* No word covers a bracket, of whatever lane: there it ends, or begins behind it. */
static void keep_off_brackets(const struct layout *y, size_t index, unsigned lane, unsigned *from, unsigned *to)
{
	for (unsigned i = 0; i < y->l->lanes.count; i++)
		for (unsigned level = 0; level < y->places[i].levels; level++) {
			const struct wait *w = layout_wait(y, i, level, index);
			unsigned x = layout_bracket(y, i, level);

			if (!w || w->from == w->to)
				continue;
			if (i < lane || (i == lane && bracket_is_left(y, i)))
				*from = x + 2 > *from ? x + 2 : *from;
			else
				*to = x - 1 < *to ? x - 1 : *to;
		}
	if (*to <= *from)
		*to = *from + 1;
}

void layout_free_room(const struct layout *y, const struct row *row, size_t index, const struct cell *cell,
		      unsigned *from, unsigned *to)
{
	const struct place *p = &y->places[cell->lane];
	bool last = cell->lane + 1 == y->l->lanes.count;
	bool waits = !p->strands && layout_any_wait(y, cell->lane, index);
	unsigned other = other_lane(row, cell->lane);

	*from = p->x + (begins_left(y, cell->lane) ? indent(y, cell) : 0);
	*to = p->x + p->room - (begins_left(y, cell->lane) ? 0 : indent(y, cell));
	if (last && !waits)
		*to = y->frame_end - 1;
	if (cell->lane == 0 && !waits)
		*from = p->bracket < p->x ? p->bracket : p->x;
	if (other < cell->lane)
		*from -= share(row, p->x - edge(y, row, other, true));
	else
		spread_left(y, cell->lane, index, from);
	if (other != LANE_NO_OTHER && other > cell->lane)
		*to += share(row, edge(y, row, other, false) - *to);
	else
		spread_right(y, cell->lane, index, to);
	keep_off_brackets(y, index, cell->lane, from, to);
}

struct spot layout_spot(const struct layout *y, const struct cell *cell, unsigned width, unsigned from, unsigned to)
{
	const struct place *p = &y->places[cell->lane];
	unsigned begin = p->x + indent(y, cell), end = p->x + p->room - indent(y, cell), x;

	if (width > to - from)
		width = to - from;
	if (begin < from)
		begin = from;
	if (begins_left(y, cell->lane))
		x = begin + width <= to ? begin : to - width;
	else if (y->l->lanes.items[cell->lane].lean == LEAN_MIDDLE)
		x = p->line >= from + width / 2 ? p->line - width / 2 : from;
	else
		x = end >= from + width ? end - width : from;
	if (x + width > to)
		x = to - width;
	return (struct spot){x, x + width};
}

/*
 * The last place before `end` where words may part: behind a whole statement if that is no mere beginning, else before
 * any word. NULL: none.
 */
static const char *last_break(const char *words, const char *end)
{
	const char *any = NULL;

	for (const char *p = end; p-- > words + 1;) {
		if (*p != ' ' || p[-1] == '=')
			continue;
		if (p[-1] == ' ' && (p - words) * 3 > end - words)
			return p - 1;
		if (!any)
			any = p;
	}
	return any;
}

const char *layout_break(const struct layout *y, struct cell *cell, unsigned room)
{
	const char *whole = cell->text, *at = whole + strlen(whole);

	while (layout_cell_width(y, cell) > room) {
		at = last_break(whole, at);
		if (!at || cell->back) {
			cell->text = whole;
			return NULL;
		}
		cell->text = arena_copy(y->l->arena, whole, (size_t)(at - whole));
	}
	return *at ? at + strspn(at, " ") : NULL;
}
