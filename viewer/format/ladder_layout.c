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
	LANE_WORDS = 21, /* "t1 ret accept = 4  c1": longer words of a strand that stand alone may cover brackets */
	LANE_ALONE = 30, /* at most, where all others are unseen */
	LANE_UNSEEN = 4, /* nothing is written there */
	LANE_EDGE = 2,   /* beside a lane's words: its bracket, a space; each further bracket needs a cell more */
	ARROW_MOST = 34,
};

unsigned text_lanes(const struct look *look)
{
	unsigned room = look->width - FRAME_X - SOURCE_MOST;

	return room / (LANE_LEAST + LANE_EDGE + ARROW_LEAST);
}

unsigned text_strands(const struct look *look)
{
	unsigned most = look->width / 20;

	return most < STRANDS_MOST ? most : STRANDS_MOST;
}

unsigned text_strands_of_many(const struct look *look)
{
	unsigned room = (look->width - FRAME_X - SOURCE_MOST - 2 * ARROW_LEAST) / 3,
		 first = LANE_LEAST + STRAND_STEP + 1;
	unsigned most = room < first ? 0 : (room - first) / STRAND_STEP + 1;

	return most < text_strands(look) ? most : text_strands(look);
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

/*
 * Cells for the words of a lane where an arrow or other words stand beside them; the rest may spread beyond them,
 * though not where that would cover brackets.
 */
static unsigned lane_need(const struct layout *y, unsigned lane)
{
	unsigned need = y->l->lanes.items[lane].traced ? LANE_LEAST : LANE_UNSEEN, most;
	unsigned strands = y->l->lanes.items[lane].strands, deepest = strands ? (strands - 1) * STRAND_STEP : 0;

	for (size_t r = 0; r < y->l->rows.count; r++) {
		const struct row *row = &y->l->rows.items[r];

		for (unsigned i = 0; i < row->ncells; i++) {
			unsigned width = layout_cell_width(y, &row->cells[i]) + row->cells[i].strand * STRAND_STEP;

			if (row->cells[i].lane == lane &&
			    ((strands && width <= LANE_WORDS + deepest) || row->ncells > 1 ||
			     row->arrow.from != row->arrow.to) &&
			    width > need)
				need = width;
		}
	}
	most = (seen_lanes(y->l) > 1 ? LANE_MOST : LANE_ALONE) + deepest;
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

	if (y->l->lanes.items[lane].strands)
		return STRAND_STEP + 1;
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

/* A lane with strands: their brackets on the side of the arrows, of which the outermost is the lane's line. */
static void place_strands(struct place *p, const struct lane *lane, unsigned x, unsigned whole)
{
	bool right = lane->lean == LEAN_RIGHT;

	p->strands = true;
	p->levels = lane->strands;
	p->room = whole - STRAND_STEP - 1;
	p->x = right ? x + 1 : x + STRAND_STEP;
	p->line = p->bracket = right ? x + whole - 1 : x;
}

static void place_lane(struct layout *y, unsigned i, unsigned x)
{
	struct place *p = &y->places[i];
	const struct lane *lane = &y->l->lanes.items[i];
	unsigned whole = p->room, edge = lane_edge(y, i);

	if (lane->strands) {
		place_strands(p, lane, x, whole);
		return;
	}
	p->levels = edge - LANE_EDGE + 1;
	p->room -= edge;
	p->x = lane->lean == LEAN_RIGHT ? x + edge : x;
	p->bracket = lane->lean == LEAN_RIGHT ? x : x + whole - 1;
	p->line = lane->lean == LEAN_RIGHT ? p->x + p->room - 1 : lane->lean == LEAN_MIDDLE ? p->x + p->room / 2 : p->x;
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
		unsigned whole = y->places[i].room;

		place_lane(y, i, x);
		x += whole + arrow;
	}
}

const struct wait *layout_wait(const struct layout *y, unsigned lane, unsigned level, size_t row)
{
	size_t *next = &y->places[lane].wait[level];
	const struct wait *waits = y->l->waits.items;
	bool strands = y->places[lane].strands;

	while (*next < y->l->waits.count &&
	       (waits[*next].lane != lane || (strands ? waits[*next].strand : waits[*next].level) != level ||
		waits[*next].to < row))
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

	if (p->strands)
		return p->line < p->x ? p->line + level * STRAND_STEP : p->line - level * STRAND_STEP;
	return p->bracket < p->x ? p->bracket + level : p->bracket - level;
}

unsigned layout_line(const struct layout *y, unsigned lane, bool right_side)
{
	const struct place *p = &y->places[lane];
	bool inner = p->strands && right_side == (p->line < p->x);

	return inner ? layout_bracket(y, lane, p->levels - 1) : p->line;
}

bool layout_is_alive(const struct layout *y, unsigned lane, size_t row)
{
	const struct lane *l = &y->l->lanes.items[lane];

	return l->first_row <= row && row <= l->last_row;
}
