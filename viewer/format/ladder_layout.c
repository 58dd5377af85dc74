/* ladder_layout: share a line's cells out among time, lanes, arrows, sources. */
#include "viewer/format/ladder_layout.h"

#include <stdio.h>
#include <string.h>

#include "viewer/format/format.h"

enum {
	SOURCE_LEAST = 9,
	SOURCE_MOST = 12, /* at 80 columns; every second column more is its */
	SOURCE_WIDE = 36, /* both ends' */
	LANE_NARROW = 12,
	LANE_LEAST = 18,
	LANE_MOST = 24,
	LANE_ALONE = 30, /* at most, where all others are unseen */
	LANE_UNSEEN = 4, /* nothing is written there */
	LANE_EDGE = 2,   /* beside a lane's words: its bracket, a space; each further bracket needs a cell more */
	ARROW_LEAST = 12,
	ARROW_MOST = 34,
};

#define LANE_NO_OTHER (~0U)

unsigned text_lanes(const struct look *look)
{
	unsigned room = look->width - FRAME_X - SOURCE_MOST;

	return room / (LANE_LEAST + LANE_EDGE + ARROW_LEAST);
}

void layout_mark(const struct row *row, char *words, size_t size)
{
	if (row->conn)
		snprintf(words, size, "%u c%u", row->phase, row->conn);
	else if (row->phase)
		snprintf(words, size, "%u", row->phase);
	else
		words[0] = '\0';
}

static unsigned longest_mark(const struct ladder *l)
{
	unsigned most = 0;
	char words[24];

	for (size_t r = 0; r < l->rows.count; r++) {
		layout_mark(&l->rows.items[r], words, sizeof words);
		if (strlen(words) > most)
			most = (unsigned)strlen(words);
	}
	return most;
}

bool layout_source(const struct row *row, char *words, size_t size, bool both)
{
	const char *first = row->ncells ? row->cells[0].source : NULL;
	const char *second = row->ncells > 1 ? row->cells[1].source : NULL;

	if (both && first && second)
		return snprintf(words, size, "%s %s", first, second) > 0;
	if (!first && !second)
		return false;
	return snprintf(words, size, "%s", first ? first : second) > 0;
}

static unsigned longest_source(const struct ladder *l, const struct look *look, bool both)
{
	unsigned most = 0;
	char words[256];

	for (size_t r = 0; r < l->rows.count; r++) {
		unsigned width;

		if (!layout_source(&l->rows.items[r], words, sizeof words, both))
			continue;
		width = canvas_text_width(look, words);
		if (width > most)
			most = width;
	}
	return most;
}

unsigned layout_cell_width(const struct layout *y, const struct cell *cell)
{
	unsigned width = canvas_text_width(y->look, cell->text);

	if (cell->tag)
		width += canvas_text_width(y->look, cell->tag) + 1;
	if (cell->back)
		width += canvas_text_width(y->look, cell->back) + 3;
	return width;
}

static unsigned seen_lanes(const struct ladder *l)
{
	unsigned count = 0;

	for (size_t i = 0; i < l->lanes.count; i++)
		count += l->lanes.items[i].traced;
	return count;
}

/* Cells for the words of a lane where an arrow or other words stand beside them; the rest may spread beyond them. */
static unsigned lane_need(const struct layout *y, unsigned lane)
{
	unsigned need = y->l->lanes.items[lane].traced ? LANE_LEAST : LANE_UNSEEN, most;

	for (size_t r = 0; r < y->l->rows.count; r++) {
		const struct row *row = &y->l->rows.items[r];

		for (unsigned i = 0; i < row->ncells; i++) {
			unsigned width = layout_cell_width(y, &row->cells[i]);

			if (row->cells[i].lane == lane && (row->ncells > 1 || row->arrow.from != row->arrow.to) &&
			    width > need)
				need = width;
		}
	}
	most = seen_lanes(y->l) > 1 ? LANE_MOST : LANE_ALONE;
	return need < most ? need : most;
}

static unsigned source_room(const struct layout *y, unsigned left, unsigned lanes)
{
	bool both = y->look->width >= BOTH_SOURCES;
	unsigned longest = longest_source(y->l, y->look, both);
	unsigned most = both ? SOURCE_WIDE : SOURCE_MOST + (y->look->width > 80 ? (y->look->width - 80) / 2 : 0);
	unsigned needed = left + lanes * LANE_LEAST + (lanes - 1) * ARROW_LEAST + 3;

	if (needed + SOURCE_LEAST > y->look->width)
		return 0;
	if (most > y->look->width - needed)
		most = y->look->width - needed;
	return longest < most ? longest : most;
}

static unsigned lane_edge(const struct layout *y, unsigned lane)
{
	unsigned levels = y->l->lanes.items[lane].levels;

	return LANE_EDGE + (levels > BRACKETS_MOST ? BRACKETS_MOST : levels > 1 ? levels : 1) - 1;
}

static struct place *widest_lane(struct layout *y)
{
	struct place *widest = &y->places[0];

	for (unsigned i = 1; i < y->l->lanes.count; i++)
		if (y->places[i].room > widest->room)
			widest = &y->places[i];
	return widest;
}

void layout_place(struct layout *y)
{
	unsigned n = (unsigned)y->l->lanes.count, left, room, spare, arrow, words = 0, x;

	y->mark_room = y->l->bands ? 0 : longest_mark(y->l) + 2;
	x = left = FRAME_X + 1 + y->mark_room;
	y->source_room = source_room(y, left, n);
	y->frame_end = y->look->width - (y->source_room ? y->source_room + 2 : 1);
	y->source_x = y->frame_end + 2;
	room = y->frame_end - left;
	for (unsigned i = 0; i < n; i++)
		words += y->places[i].room = lane_need(y, i) + lane_edge(y, i);
	while (words + (n - 1) * ARROW_LEAST > room && words > n * (LANE_NARROW + LANE_EDGE)) {
		widest_lane(y)->room--;
		words--;
	}
	spare = room > words ? room - words : 0;
	arrow = n > 1 ? spare / (n - 1) : 0;
	if (arrow > ARROW_MOST)
		arrow = ARROW_MOST;
	for (unsigned i = 0; i < n; i++)
		y->places[i].room += (spare - (n - 1) * arrow) / n;
	for (unsigned i = 0; i < n; i++) {
		struct place *p = &y->places[i];
		enum lean lean = y->l->lanes.items[i].lean;
		unsigned whole = p->room, edge = lane_edge(y, i);

		p->levels = edge - LANE_EDGE + 1;
		p->room -= edge;
		p->x = lean == LEAN_RIGHT ? x + edge : x;
		p->bracket = lean == LEAN_RIGHT ? x : x + whole - 1;
		p->line = lean == LEAN_RIGHT ? p->x + p->room - 1 : lean == LEAN_MIDDLE ? p->x + p->room / 2 : p->x;
		x += whole + arrow;
	}
}

const struct wait *layout_wait(const struct layout *y, unsigned lane, unsigned level, size_t row)
{
	size_t *next = &y->places[lane].wait[level];
	const struct wait *waits = y->l->waits.items;

	while (*next < y->l->waits.count &&
	       (waits[*next].lane != lane || waits[*next].level != level || waits[*next].to < row))
		++*next;
	return *next < y->l->waits.count && waits[*next].from <= row ? &waits[*next] : NULL;
}

const struct wait *layout_any_wait(const struct layout *y, unsigned lane, size_t row)
{
	const struct wait *wait = NULL;

	for (unsigned level = 0; level < y->places[lane].levels && !wait; level++)
		wait = layout_wait(y, lane, level, row);
	return wait;
}

unsigned layout_bracket(const struct layout *y, unsigned lane, unsigned level)
{
	const struct place *p = &y->places[lane];

	return p->bracket < p->x ? p->bracket + level : p->bracket - level;
}

bool layout_is_alive(const struct layout *y, unsigned lane, size_t row)
{
	const struct lane *l = &y->l->lanes.items[lane];

	return l->first_row <= row && row <= l->last_row;
}

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

	if (row->ncells < 2)
		return p->line;
	return !right_side ? p->x : p->bracket > p->x ? p->bracket + 1 : p->x + p->room;
}

/* Up to the lifeline of the next lane that lives, to the left and to the right. */
static void spread_left(const struct layout *y, unsigned lane, size_t index, unsigned *from)
{
	for (unsigned i = lane; i-- > 0;) {
		*from = y->places[i].line + 2;
		if (layout_is_alive(y, i, index))
			return;
		*from = y->places[i].x;
	}
}

static void spread_right(const struct layout *y, unsigned lane, size_t index, unsigned *to)
{
	for (unsigned i = lane + 1; i < y->l->lanes.count; i++) {
		*to = y->places[i].line - 1;
		if (layout_is_alive(y, i, index))
			return;
		*to = y->places[i].x + y->places[i].room;
	}
}

void layout_free_room(const struct layout *y, const struct row *row, size_t index, const struct cell *cell,
		      unsigned *from, unsigned *to)
{
	const struct place *p = &y->places[cell->lane];
	bool last = cell->lane + 1 == y->l->lanes.count, waits = layout_any_wait(y, cell->lane, index) != NULL;
	unsigned other = other_lane(row, cell->lane);

	*from = p->x;
	*to = p->x + p->room;
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
}

struct spot layout_spot(const struct layout *y, const struct cell *cell, unsigned width, unsigned from, unsigned to)
{
	const struct place *p = &y->places[cell->lane];
	enum lean lean = y->l->lanes.items[cell->lane].lean;
	unsigned x;

	if (width > to - from)
		width = to - from;
	if (lean == LEAN_LEFT)
		x = p->x + width <= to ? p->x : to - width;
	else if (lean == LEAN_MIDDLE)
		x = p->line >= from + width / 2 ? p->line - width / 2 : from;
	else
		x = p->x + p->room >= from + width ? p->x + p->room - width : from;
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
