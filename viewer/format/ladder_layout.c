/* ladder_layout: share a line's cells out among time, lanes, arrows, sources. */
#include "viewer/format/ladder_layout.h"

#include <stdio.h>

#include "viewer/format/format.h"

enum {
	SOURCE_LEAST = 9,
	SOURCE_MOST = 12, /* at 80 columns; every second column more is its */
	SOURCE_WIDE = 36, /* both ends' */
	LANE_NARROW = 12,
	LANE_LEAST = 18,
	LANE_MOST = 24,
	LANE_EDGE = 2, /* beside a lane's words: its bracket, a space */
	ARROW_LEAST = 12,
	ARROW_MOST = 34,
};

unsigned text_lanes(const struct look *look)
{
	unsigned room = look->width - FRAME_X - SOURCE_MOST;

	return room / (LANE_LEAST + LANE_EDGE + ARROW_LEAST);
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

/* Cells for the words of a lane where an arrow or other words stand beside them; the rest may spread into the arrows' room. */
static unsigned lane_need(const struct layout *y, unsigned lane)
{
	unsigned need = LANE_LEAST;

	for (size_t r = 0; r < y->l->rows.count; r++) {
		const struct row *row = &y->l->rows.items[r];

		for (unsigned i = 0; i < row->ncells; i++) {
			unsigned width = layout_cell_width(y, &row->cells[i]);

			if (row->cells[i].lane == lane && (row->ncells > 1 || row->arrow.from != row->arrow.to) &&
			    width > need)
				need = width;
		}
	}
	return need < LANE_MOST ? need : LANE_MOST;
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
	unsigned n = (unsigned)y->l->lanes.count, left = FRAME_X + 1 + (y->l->bands ? 0 : MARK_ROOM), room, arrow,
		 words = 0, x = left;

	y->source_room = source_room(y, left, n);
	y->frame_end = y->look->width - (y->source_room ? y->source_room + 2 : 1);
	y->source_x = y->frame_end + 2;
	room = y->frame_end - left;
	for (unsigned i = 0; i < n; i++)
		words += y->places[i].room = lane_need(y, i) + LANE_EDGE;
	while (words + (n - 1) * ARROW_LEAST > room && words > n * (LANE_NARROW + LANE_EDGE)) {
		widest_lane(y)->room--;
		words--;
	}
	arrow = n > 1 ? (room - words) / (n - 1) : 0;
	if (arrow > ARROW_MOST)
		arrow = ARROW_MOST;
	for (unsigned i = 0; i < n; i++)
		y->places[i].room += (room - words - (n - 1) * arrow) / n;
	for (unsigned i = 0; i < n; i++) {
		struct place *p = &y->places[i];
		enum lean lean = y->l->lanes.items[i].lean;
		unsigned whole = p->room;

		p->room -= LANE_EDGE;
		p->x = lean == LEAN_RIGHT ? x + LANE_EDGE : x;
		p->bracket = lean == LEAN_RIGHT ? x : x + whole - 1;
		p->line = lean == LEAN_RIGHT ? p->x + p->room - 1 : lean == LEAN_MIDDLE ? p->x + p->room / 2 : p->x;
		x += whole + arrow;
	}
}

const struct wait *layout_wait(const struct layout *y, unsigned lane, size_t row)
{
	size_t *next = &y->places[lane].wait;
	const struct wait *waits = y->l->waits.items;

	while (*next < y->l->waits.count && (waits[*next].lane != lane || waits[*next].to < row))
		++*next;
	return *next < y->l->waits.count && waits[*next].from <= row ? &waits[*next] : NULL;
}

bool layout_is_alive(const struct layout *y, unsigned lane, size_t row)
{
	const struct lane *l = &y->l->lanes.items[lane];

	return l->first_row <= row && row <= l->last_row;
}

void layout_free_room(const struct layout *y, const struct row *row, size_t index, const struct cell *cell,
		      unsigned *from, unsigned *to)
{
	const struct place *p = &y->places[cell->lane];
	bool last = cell->lane + 1 == y->l->lanes.count, waits = layout_wait(y, cell->lane, index) != NULL;

	*from = p->x;
	*to = p->x + p->room;
	if (last && !waits)
		*to = y->frame_end - 1;
	if (cell->lane == 0 && !waits)
		*from = p->bracket < p->x ? p->bracket : p->x;
	if (row->ncells > 1 || row->arrow.from != row->arrow.to)
		return;
	for (unsigned i = cell->lane; i-- > 0;) {
		*from = y->places[i].line + 2;
		if (layout_is_alive(y, i, index))
			break;
		*from = y->places[i].x;
	}
	for (unsigned i = cell->lane + 1; i < y->l->lanes.count; i++) {
		*to = y->places[i].line - 1;
		if (layout_is_alive(y, i, index))
			break;
		*to = y->places[i].x + y->places[i].room;
	}
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
