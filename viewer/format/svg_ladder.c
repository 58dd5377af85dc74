/* svg_ladder: the timeline as SVG: lifelines, activation bars, arrows. */
#include <stdio.h>
#include <stdlib.h>

#include "viewer/base/mem.h"
#include "viewer/format/format.h"
#include "viewer/format/preface.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 16,
	TIME_ROOM = 84,
	LANE_ROOM = 380, /* from one lane's line to the next, at least */
	LABEL_ROOM = 90, /* of an arrow that begins behind words, at least */
	TEXT_MOST = 512,
	MARK_ROOM = 60,   /* "3 c12", where phases are no bands */
	ROOM_LEAST = 140, /* outside of the outermost lines */
	ROOM_MOST = 640,
	SOURCE_ROOM = 270,
	BAR = 8,          /* width of an activation bar */
	NOTE_GAP = 16,    /* before a note */
	STRAND_ROOM = 16, /* from one strand of a lane to the next */
};

struct sheet {
	const struct ladder *l;
	const struct look *look;
	struct buf *out;
	double top, width, height, left, right; /* of the lanes' area; heads stand above top */
	double *x;                              /* of each lane's line */
	double *y;                              /* of each row, and where one more would be */
};

static double lane_x(const struct sheet *s, unsigned lane)
{
	return s->x[lane];
}

/* Of a strand's line: the first is the lane's, the others stand further from the arrows. */
static double strand_x(const struct sheet *s, unsigned lane, unsigned strand)
{
	double by = strand * (double)STRAND_ROOM;

	return lane_x(s, lane) + (s->l->lanes.items[lane].lean == LEAN_RIGHT ? -by : by);
}

static double row_y(const struct sheet *s, size_t row)
{
	return s->y[row];
}

/* Where rows stand: one below the other, with what time passes between them. */
static void place_rows(struct sheet *s)
{
	double y = s->top + 1.5 * SVG_LINE;

	s->y = mem_zeroed(mem_product(s->l->rows.count + 1, sizeof *s->y));
	for (size_t i = 0; i < s->l->rows.count; i++) {
		y += s->l->rows.items[i].space * (double)SVG_LINE;
		s->y[i] = y;
		y += SVG_LINE;
	}
	s->y[s->l->rows.count] = y;
}

static void draw_lanes(struct sheet *s)
{
	for (unsigned i = 0; i < s->l->lanes.count; i++) {
		const struct lane *lane = &s->l->lanes.items[i];
		double x = lane_x(s, i), y = s->top - 4;
		bool single = s->l->lanes.count == 1;
		enum svg_anchor anchor = single ? SVG_START : SVG_MIDDLE;
		double room = single ? ROOM_MOST : LANE_ROOM - 20;

		svg_text(s->out, x, y, anchor, room, lane->traced ? TONE_STRONG : TONE_WAIT, lane->role);
		svg_text(s->out, x, y + SVG_LINE * 0.7, anchor, room, TONE_PLAIN, lane->who);
		for (unsigned n = 0; n < lane->strands; n++)
			if (lane->strand[n].first_row < s->l->rows.count)
				svg_line(s->out, "life", TONE_DIM, strand_x(s, i, n),
					 row_y(s, lane->strand[n].first_row), strand_x(s, i, n),
					 row_y(s, lane->strand[n].last_row) + SVG_LINE / 2.0);
		if (lane->strands)
			continue;
		if (lane->first_row < s->l->rows.count)
			svg_line(s->out, "life", TONE_DIM, x, row_y(s, lane->first_row), x,
				 row_y(s, lane->last_row) + SVG_LINE / 2.0);
		else
			svg_line(s->out, "life", TONE_DIM, x, row_y(s, 0), x, row_y(s, s->l->rows.count));
	}
}

static void draw_bands(struct sheet *s)
{
	for (size_t r = 0; r < s->l->rows.count; r++) {
		const struct row *row = &s->l->rows.items[r];

		if (row->kind != ROW_BAND)
			continue;
		svg_rect(s->out, "band", s->left, row_y(s, r) - SVG_LINE * 0.7, s->right - s->left, SVG_LINE * 0.85);
		svg_text(s->out, s->left + 8, row_y(s, r) - 3, SVG_START, 0, TONE_PHASE, row->text);
	}
}

static void draw_waits(struct sheet *s)
{
	for (size_t i = 0; i < s->l->waits.count; i++) {
		const struct wait *w = &s->l->waits.items[i];
		const struct lane *lane = &s->l->lanes.items[w->lane];
		double x = strand_x(s, w->lane, w->strand), y = row_y(s, w->from) - 4;
		bool left = lane->lean == LEAN_RIGHT;

		/* Waits at the same time stand beside each other. */
		svg_rect(s->out, "waiting", x - BAR / 2.0 + w->level * (BAR / 2.0), y,
			 BAR / 2.0 + (!w->level) * BAR / 2.0, row_y(s, w->to) - 4 - y);
		if (!w->told)
			continue;
		x = strand_x(s, w->lane, lane->strands ? lane->strands - 1 : 0);
		svg_text(s->out, left ? x - BAR : x + BAR, row_y(s, w->told), left ? SVG_END : SVG_START, 0, TONE_WAIT,
			 w->text);
	}
}

static void cell_words(const struct cell *c, char *words, size_t size)
{
	snprintf(words, size, "%s%s%s%s%s", c->tag ? c->tag : "", c->tag ? " " : "", c->text,
		 c->back ? "  back to " : "", c->back ? c->back : "");
}

/* What stands above a lane is in its middle, but where it is the only one. */
static double head_room(const struct ladder *l, unsigned lane)
{
	double width = lane < l->lanes.count ? svg_text_width(l->lanes.items[lane].who) : 0;

	width = l->lanes.count > 1 ? width / 2 : width;
	return width > ROOM_LEAST ? width : ROOM_LEAST;
}

/* Pixels that a lane's words and notes take beside its line, within reason. */
static double words_room(const struct ladder *l, unsigned lane)
{
	double room = head_room(l, lane);
	char words[TEXT_MOST];

	for (size_t r = 0; r < l->rows.count; r++)
		for (unsigned i = 0; i < l->rows.items[r].ncells; i++) {
			const struct cell *c = &l->rows.items[r].cells[i];
			double width;

			if (c->lane != lane)
				continue;
			cell_words(c, words, sizeof words);
			width = svg_text_width(words) + (c->note ? svg_text_width(c->note) + NOTE_GAP : 0) + 2 * BAR +
				c->strand * STRAND_ROOM;
			if (width > room)
				room = width;
		}
	return room < ROOM_MOST ? room : ROOM_MOST;
}

/* From a strand's line to where the words of its lane must end. */
static double cell_room(const struct sheet *s, const struct cell *c)
{
	double x = strand_x(s, c->lane, c->strand);

	if (s->l->lanes.items[c->lane].lean == LEAN_RIGHT)
		return x - s->left - BAR;
	if (c->lane + 1 < s->l->lanes.count)
		return lane_x(s, c->lane + 1) - x - 3 * BAR;
	return s->right - x - BAR;
}

static void draw_cell(struct sheet *s, const struct cell *c, double y)
{
	char words[TEXT_MOST];
	bool left = s->l->lanes.items[c->lane].lean == LEAN_RIGHT;
	double x = strand_x(s, c->lane, c->strand), width, room = cell_room(s, c);
	enum svg_anchor anchor = left ? SVG_END : SVG_START;

	cell_words(c, words, sizeof words);
	width = svg_text_width(words) < room ? svg_text_width(words) : room;
	/* Words of a strand hide the lines of those that stand further in. */
	if (s->l->lanes.items[c->lane].strands)
		svg_rect(s->out, "halo", left ? x - BAR - width : x + BAR, y - SVG_FONT + 1, width, SVG_FONT + 2);
	svg_text(s->out, left ? x - BAR : x + BAR, y, anchor, room, c->tone, words);
	width += NOTE_GAP;
	if (c->note && room - width > NOTE_GAP)
		svg_text(s->out, left ? x - BAR - width : x + BAR + width, y, anchor, room - width, c->note_tone,
			 c->note);
}

static const struct cell *cell_in(const struct row *row, unsigned lane)
{
	for (unsigned i = 0; i < row->ncells; i++)
		if (row->cells[i].lane == lane)
			return &row->cells[i];
	return NULL;
}

/* Texts stand outside of the outermost lanes; a lane in between has its own on the right: an arrow begins behind it. */
static double arrow_edge(const struct sheet *s, const struct row *row, unsigned lane, bool rightward)
{
	const struct cell *c = cell_in(row, lane);
	bool between = s->l->lanes.items[lane].lean == LEAN_MIDDLE;
	double x = lane_x(s, lane);
	char words[TEXT_MOST];

	if (rightward && between && c) {
		cell_words(c, words, sizeof words);
		return strand_x(s, lane, c->strand) + BAR * 2 + svg_text_width(words) +
		       (c->note ? svg_text_width(c->note) + NOTE_GAP : 0);
	}
	return rightward ? x + BAR / 2.0 : x - BAR / 2.0;
}

/* "c1: Client write 3  6 B, Server read 4  6 B: hello\n" */
static void arrow_words(const struct sheet *s, const struct row *row, char *words, size_t size)
{
	const struct arrow *a = &row->arrow;
	const struct cell *from = cell_in(row, a->from), *to = cell_in(row, a->to);
	char conn[16] = "";

	if (row->conn)
		snprintf(conn, sizeof conn, "c%u: ", row->conn);
	snprintf(words, size, "%s%s%s%s, %s%s%s%s%s", conn, s->l->lanes.items[a->from].role, from ? " " : "",
		 from ? from->text : "", to ? "" : "to ", s->l->lanes.items[a->to].role, to ? " " : "",
		 to ? to->text : "", a->label ? ": " : "");
}

static void draw_label(struct sheet *s, const struct arrow *a, double middle, double room, double y)
{
	double width = svg_text_width(a->label);
	const char *label = width > room && a->brief ? a->brief : a->label;

	width = svg_text_width(label) < room ? svg_text_width(label) : room;
	svg_rect(s->out, "halo", middle - width / 2 - 4, y - SVG_FONT - 1, width + 8, SVG_FONT + 5);
	svg_text(s->out, middle, y, SVG_MIDDLE, room, a->tone, label);
}

static void draw_arrow(struct sheet *s, const struct row *row, double y)
{
	const struct arrow *a = &row->arrow;
	bool rightward = a->from < a->to;
	double from, to, room;
	struct buf name = {0};
	char words[TEXT_MOST];

	if (a->from == a->to)
		return;
	from = arrow_edge(s, row, a->from, rightward);
	to = arrow_edge(s, row, a->to, !rightward);
	room = (rightward ? to - from : from - to) - 40;
	if (room < 0)
		return; /* words that were cut have taken it */
	arrow_words(s, row, words, sizeof words);
	buf_printf(&name, "%s%s", words, a->label ? a->label : "");
	svg_thing_begin(s->out, name.bytes);
	svg_line(s->out, a->style == ARROW_DASHED ? "arrow dashed" : "arrow", a->tone, from, y - 4, to, y - 4);
	if (a->label && room > 2 * SVG_FONT)
		draw_label(s, a, (from + to) / 2, room, y);
	svg_thing_end(s->out);
	buf_free(&name);
}

static void draw_time(struct sheet *s, const struct row *row, bool first, double y)
{
	char words[32];
	bool is_long = row->since_ns >= 100000000 && !first;

	if (first)
		snprintf(words, sizeof words, "%.3f s", (double)row->at_ns / 1e9);
	else if (is_long)
		snprintf(words, sizeof words, "+%.2f s", (double)row->since_ns / 1e9);
	else
		snprintf(words, sizeof words, "+%.3f ms", (double)row->since_ns / 1e6);
	svg_text(s->out, MARGIN + TIME_ROOM - 8, y, SVG_END, 0, is_long ? TONE_WAIT : TONE_DIM, words);
}

/* Inside of a page: what follows belongs to the row's calls, and so does its whole width. */
static void begin_row(struct sheet *s, const struct row *row, double y)
{
	const struct cell *a = &row->cells[0], *b = &row->cells[row->ncells == 2];

	svg_calls_begin(s->out, s->look, a->call, b != a ? b->call : a->back_call);
	if (s->look->inside)
		svg_rect(s->out, "hit", s->left, y - SVG_LINE * 0.7, s->right - s->left, SVG_LINE);
}

/* Of two cells with one the second stands behind the first. */
static void source_words(const struct row *row, char *words, size_t size)
{
	const char *sources[2] = {NULL, NULL};

	for (unsigned i = 0; i < row->ncells; i++)
		sources[i] = row->cells[i].source;
	snprintf(words, size, "%s%s%s", sources[0] ? sources[0] : "", sources[0] && sources[1] ? "  " : "",
		 sources[1] ? sources[1] : "");
}

static void draw_row(struct sheet *s, const struct row *row, bool first, double y)
{
	char source[TEXT_MOST];

	begin_row(s, row, y);
	if (row->kind == ROW_STEP)
		draw_time(s, row, first, y);
	if (!s->l->bands && row->phase) {
		snprintf(source, sizeof source, row->conn ? "%u c%u" : "%u", row->phase, row->conn);
		svg_text(s->out, s->left + 4, y, SVG_START, 0, TONE_PHASE, source);
	}
	draw_arrow(s, row, y);
	for (unsigned i = 0; i < row->ncells; i++) {
		svg_calls_begin(s->out, s->look, row->cells[i].call, row->cells[i].back_call);
		draw_cell(s, &row->cells[i], y);
		svg_calls_end(s->out, s->look);
	}
	source_words(row, source, sizeof source);
	if (*source)
		svg_text(s->out, s->right + 12, y, SVG_START, s->width - s->right - MARGIN - 12, TONE_DIM, source);
	svg_calls_end(s->out, s->look);
}

/* Pixels that the sources take beside the lanes, within reason. */
static double sources_room(const struct ladder *l)
{
	double room = 0;
	char words[TEXT_MOST];

	for (size_t r = 0; r < l->rows.count; r++) {
		source_words(&l->rows.items[r], words, sizeof words);
		if (svg_text_width(words) > room)
			room = svg_text_width(words);
	}
	return room == 0 ? 0 : room < SOURCE_ROOM ? room + MARGIN : SOURCE_ROOM;
}

/* Lanes as far from each other as their words need. */
static void place_lanes(struct sheet *s)
{
	const struct ladder *l = s->l;
	unsigned lanes = l->lanes.count ? (unsigned)l->lanes.count : 1;

	s->x = mem_zeroed(mem_product(lanes, sizeof *s->x));
	s->x[0] = s->left + (l->bands ? 0 : MARK_ROOM) + (lanes > 1 ? words_room(l, 0) : 20);
	for (unsigned i = 1; i < lanes; i++) {
		double room = l->lanes.items[i - 1].lean == LEAN_RIGHT ? 0 : words_room(l, i - 1) + LABEL_ROOM;

		s->x[i] = s->x[i - 1] + (room > LANE_ROOM ? room : LANE_ROOM);
	}
	s->right = s->x[lanes - 1] + words_room(l, lanes - 1);
}

void svg_ladder(const struct ladder *l, const struct look *look, struct buf *out)
{
	struct sheet s = {.l = l, .look = look, .out = out, .left = MARGIN + TIME_ROOM};
	bool first = true;
	const char *title = l->preface.lines.count ? l->preface.lines.items[0] : "";

	place_lanes(&s);
	s.width = s.right + sources_room(l) + MARGIN;
	s.top = svg_preface_height(&l->preface, s.width) + SVG_LINE * 1.5;
	place_rows(&s);
	s.height = row_y(&s, l->rows.count) + MARGIN + (l->legend ? SVG_LINE : 0);
	svg_begin(
		out, look,
		(struct svg_about){arena_printf(l->arena, "Timeline, %s", title), preface_told(l->arena, &l->preface)},
		s.width, s.height);
	svg_preface(&l->preface, s.width, out);
	draw_bands(&s);
	draw_lanes(&s);
	draw_waits(&s);
	for (size_t r = 0; r < l->rows.count; r++) {
		if (l->rows.items[r].kind != ROW_STEP && l->rows.items[r].kind != ROW_NOTE)
			continue;
		draw_row(&s, &l->rows.items[r], first, row_y(&s, r));
		first = first && l->rows.items[r].kind != ROW_STEP;
	}
	if (l->legend)
		svg_text(out, s.left, s.height - 8, SVG_START, 0, TONE_PHASE, l->legend);
	svg_end(out);
	free(s.y);
	free(s.x);
}
