/* svg_overview: a timeline of many connections as SVG. */
#include <stdio.h>
#include <string.h>

#include "viewer/format/amount.h"
#include "viewer/format/format.h"
#include "viewer/format/preface.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 16,
	CONN_ROOM = 64,
	NAME_ROOM = 190,
	SLOT = 4, /* pixels */
	TEXT_ROOM = 330,
	BAR_X = MARGIN + CONN_ROOM + NAME_ROOM,
	TEXT_X = BAR_X + SLOT * AXIS_SLOTS + 12,
	WIDTH = TEXT_X + TEXT_ROOM + MARGIN,
	ROW = 20,
	BAR = 15,   /* the highest bar */
	TICK = 6,   /* half of a mark's height */
	BUNDLE = 3, /* slots that a bar stands for */
};

struct sheet {
	const struct overview *o;
	const struct look *look;
	struct arena *arena;
	struct buf *out;
	double y; /* the baseline of the next row */
};

static double slot_x(unsigned slot)
{
	return BAR_X + SLOT * (double)slot;
}

static void draw_times(struct sheet *s)
{
	const struct axis *x = &s->o->axis;

	for (unsigned i = 0; i < x->nparts; i++) {
		const struct axis_part *p = &x->parts[i];
		double at = slot_x(p->slot);

		svg_text(s->out, at, s->y, SVG_START, 0, TONE_DIM,
			 arena_printf(s->arena, "%.3f s", (double)(p->from_ns - x->zero_ns) / 1e9));
		if (i)
			svg_text(s->out, at, s->y - ROW * 0.8, SVG_MIDDLE, 0, TONE_WAIT,
				 arena_printf(s->arena, "~%.2f s~", (double)(p->from_ns - p[-1].to_ns) / 1e9));
	}
	svg_text(s->out, slot_x(AXIS_SLOTS), s->y, SVG_START, 0, TONE_DIM,
		 arena_printf(s->arena, "%.3f s", (double)(x->parts[x->nparts - 1].to_ns - x->zero_ns) / 1e9));
	s->y += ROW;
}

/* Where time was cut out, through all rows from `top` on. */
static void draw_cuts(struct sheet *s, double top)
{
	for (unsigned i = 1; i < s->o->axis.nparts; i++) {
		double x = slot_x(s->o->axis.parts[i].slot);

		svg_line(s->out, "life", TONE_WAIT, x, top, x, s->y);
	}
}

static void draw_bars(struct sheet *s, const uint64_t *values, const char *shape)
{
	uint64_t sums[AXIS_SLOTS / BUNDLE] = {0}, highest = 1;

	for (unsigned i = 0; i < AXIS_SLOTS; i++) {
		sums[i / BUNDLE] += values[i];
		highest = sums[i / BUNDLE] > highest ? sums[i / BUNDLE] : highest;
	}
	for (unsigned i = 0; i < AXIS_SLOTS / BUNDLE; i++) {
		double height = BAR * (double)sums[i] / (double)highest;

		if (sums[i])
			svg_rect(s->out, shape, slot_x(i * BUNDLE), s->y - height, SLOT * BUNDLE - 1, height);
	}
}

static void draw_activity(struct sheet *s, const struct activity *a, enum tone tone)
{
	svg_text(s->out, MARGIN, s->y, SVG_START, BAR_X - MARGIN - 8, tone, a->name);
	draw_bars(s, a->calls, "fill data");
	svg_text(s->out, TEXT_X, s->y, SVG_START, TEXT_ROOM, a->failed ? TONE_BAD : TONE_PLAIN,
		 arena_printf(s->arena, a->failed ? "%s calls, %s failed" : "%s calls",
			      amount_count(s->arena, a->total), amount_count(s->arena, a->failed)));
	s->y += ROW;
}

/* A line where the marks are, from one slot without them to the next. */
static void draw_runs(struct sheet *s, const struct track *t, unsigned mark, const char *shape, enum tone tone)
{
	double y = s->y - SVG_FONT / 2.0 + 2;

	for (unsigned from = 0; from < AXIS_SLOTS; from++) {
		unsigned to = from;

		while (to < AXIS_SLOTS && t->marks[to] & mark)
			to++;
		if (to == from)
			continue;
		svg_line(s->out, shape, tone, slot_x(from), y, slot_x(to), y);
		from = to;
	}
}

static void draw_marks(struct sheet *s, const struct track *t)
{
	double y = s->y - SVG_FONT / 2.0 + 2;

	draw_runs(s, t, TRACK_OPEN, "line", TONE_LINK);
	draw_runs(s, t, TRACK_QUEUED, "queued", TONE_WAIT);
	for (unsigned i = 0; i < AXIS_SLOTS; i++) {
		if (t->marks[i] & TRACK_THERE)
			svg_rect(s->out, "fill data", slot_x(i), y - TICK, SLOT - 1, TICK);
		if (t->marks[i] & TRACK_BACK)
			svg_rect(s->out, "fill end", slot_x(i), y, SLOT - 1, TICK);
		if (t->marks[i] & TRACK_ENDED)
			svg_line(s->out, "line", TONE_STRONG, slot_x(i + 1), y - TICK, slot_x(i + 1), y + TICK);
		if (t->marks[i] & TRACK_FAILED)
			svg_text(s->out, slot_x(i) + SLOT / 2.0, s->y, SVG_MIDDLE, 0, TONE_BAD, "\xc3\x97");
	}
}

static const char *track_words(struct sheet *s, const struct track *t)
{
	struct arena *a = s->arena;

	if (t->like)
		return arena_printf(a, "p50 %s, p95 %s", amount_time(a, s->look, t->p50_ns),
				    amount_time(a, s->look, t->p95_ns));
	return arena_printf(a, "%s  %s there, %s back%s%s", amount_time(a, s->look, t->duration_ns),
			    amount_bytes(a, t->there), amount_bytes(a, t->back), t->text ? "  " : "",
			    t->text ? t->text : "");
}

static void draw_track(struct sheet *s, const struct track *t)
{
	const char *words = track_words(s, t);

	svg_thing_begin(s->out, t->like ? arena_printf(s->arena, "%zu more like c%u: %s", t->like, t->conn, words)
					: arena_printf(s->arena, "c%u: %s %s, %s", t->conn, t->client, t->to, words));
	if (t->like) {
		svg_text(s->out, MARGIN + 16, s->y, SVG_START, BAR_X - MARGIN - 24, t->tone,
			 arena_printf(s->arena, "+%s like c%u", amount_count(s->arena, t->like), t->conn));
		draw_bars(s, t->open, "fill link");
	} else {
		svg_text(s->out, MARGIN, s->y, SVG_START, CONN_ROOM, t->tone == TONE_BAD ? TONE_BAD : TONE_STRONG,
			 arena_printf(s->arena, "c%u", t->conn));
		svg_text(s->out, MARGIN + CONN_ROOM, s->y, SVG_START, NAME_ROOM - 8, TONE_PLAIN, t->client);
		draw_marks(s, t);
	}
	svg_text(s->out, TEXT_X, s->y, SVG_START, TEXT_ROOM, t->tone, words);
	svg_thing_end(s->out);
	s->y += ROW;
}

static void draw_tracks(struct sheet *s)
{
	const char *to = NULL;

	for (size_t i = 0; i < s->o->tracks.count; i++) {
		const struct track *t = &s->o->tracks.items[i];

		if (!to || strcmp(t->to, to) != 0) {
			to = t->to;
			s->y += ROW / 2.0;
			svg_text(s->out, MARGIN, s->y, SVG_START, WIDTH - 2 * MARGIN, TONE_STRONG, to);
			s->y += ROW;
		}
		draw_track(s, t);
	}
}

static void draw_picture(struct sheet *s)
{
	double top = s->y;

	draw_times(s);
	for (size_t i = 0; i < s->o->phases.count; i++)
		draw_activity(s, &s->o->phases.items[i], TONE_PHASE);
	for (size_t i = 0; i < s->o->procs.count; i++)
		draw_activity(s, &s->o->procs.items[i], TONE_STRONG);
	draw_tracks(s);
	draw_cuts(s, top);
	svg_text(s->out, MARGIN, s->y + ROW / 2.0, SVG_START, 0, TONE_DIM,
		 "A line is a connection, thick while it lay in the backlog; ticks above it are bytes from the client, "
		 "below "
		 "it bytes to the client; \xc3\x97 is a failure.");
	s->y += ROW * 1.5;
}

void svg_overview(const struct overview *o, const struct look *look, struct buf *out)
{
	struct buf picture = {0};
	struct sheet s = {.o = o, .look = look, .out = &picture, .arena = arena_new()};

	s.y = svg_preface_height(&o->preface, WIDTH) + ROW * 2;
	if (o->axis.nparts)
		draw_picture(&s);
	for (size_t i = 0; i < o->deeper.count; i++, s.y += ROW)
		svg_text(s.out, MARGIN, s.y, SVG_START, WIDTH - 2 * MARGIN, TONE_DIM, o->deeper.items[i]);
	svg_begin(out, look,
		  (struct svg_about){arena_printf(s.arena, "Connections over time, %s",
						  o->preface.lines.count ? o->preface.lines.items[0] : ""),
				     preface_told(s.arena, &o->preface)},
		  WIDTH, s.y + MARGIN);
	svg_preface(&o->preface, WIDTH, out);
	buf_put(out, picture.bytes ? picture.bytes : "", picture.len);
	svg_end(out);
	buf_free(&picture);
	arena_free(s.arena);
}
