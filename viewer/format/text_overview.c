/* text_overview: a timeline of many connections in character cells. */
#include <stdio.h>
#include <string.h>

#include "viewer/format/amount.h"
#include "viewer/format/format.h"
#include "viewer/format/paragraph.h"
#include "viewer/format/preface.h"
#include "viewer/format/spark.h"

enum {
	NAME_LEAST = 12,
	NAME_MOST = 26,
	CONN_ROOM = 7, /* "c12345 " */
	TEXT_LEAST = 25,
};

struct sheet {
	const struct overview *o;
	const struct look *look;
	struct arena *arena;
	struct buf *out;
	struct canvas row;
	unsigned name, bar_x, bar, text_x; /* cells of names; where the bar begins, its width; where words begin */
};

static void flush(struct sheet *s)
{
	canvas_print(&s->row, s->out);
	canvas_clear(&s->row);
}

static unsigned wider(unsigned most, const struct look *look, const char *text)
{
	unsigned width = text ? canvas_text_width(look, text) : 0;

	return width > most ? width : most;
}

/* A bar's width must divide the slots. */
static unsigned bar_width(unsigned room)
{
	unsigned width = room < AXIS_SLOTS ? room : AXIS_SLOTS;

	while (AXIS_SLOTS % width)
		width--;
	return width;
}

static void lay_out(struct sheet *s)
{
	unsigned name = NAME_LEAST, room;

	for (size_t i = 0; i < s->o->tracks.count; i++)
		name = wider(name, s->look, s->o->tracks.items[i].client);
	for (size_t i = 0; i < s->o->procs.count; i++)
		name = wider(name, s->look, s->o->procs.items[i].name);
	if (name > NAME_MOST)
		name = NAME_MOST;
	if (name > s->look->width / 5)
		name = s->look->width / 5;
	s->name = name;
	s->bar_x = CONN_ROOM + name + 1;
	room = s->look->width - s->bar_x - TEXT_LEAST - 2;
	s->bar = bar_width(room > s->look->width / 2 ? s->look->width / 2 : room);
	s->text_x = s->bar_x + s->bar + 2;
}

static const char *time_words(const struct sheet *s, uint64_t ns)
{
	return arena_printf(s->arena, "%.3f", (double)ns / 1e9);
}

/* The cell in which a slot is. */
static unsigned cell_of(const struct sheet *s, unsigned slot)
{
	return slot / (AXIS_SLOTS / s->bar);
}

static unsigned put_tick(struct sheet *s, unsigned x, unsigned reach, const char *words, enum tone tone)
{
	unsigned width = canvas_text_width(s->look, words);

	if (x + width > s->look->width)
		x = s->look->width - width;
	if (x < reach)
		return reach;
	return x + canvas_text(&s->row, x, 0, width, words, tone) + 1;
}

/* When each part begins, where there is room to say so, and the last one ends. */
static void draw_times(struct sheet *s)
{
	const struct axis *x = &s->o->axis;
	unsigned reach = 0;

	for (unsigned i = 0; i < x->nparts; i++)
		reach = put_tick(s, s->bar_x + cell_of(s, x->parts[i].slot), reach,
				 time_words(s, x->parts[i].from_ns - x->zero_ns), TONE_DIM);
	put_tick(s, s->bar_x + s->bar, reach,
		 arena_printf(s->arena, "%s s", time_words(s, x->parts[x->nparts - 1].to_ns - x->zero_ns)), TONE_DIM);
	flush(s);
}

/* All marks in a cell. */
static unsigned cell_marks(const struct sheet *s, const struct track *t, unsigned cell)
{
	unsigned each = AXIS_SLOTS / s->bar, marks = 0;

	for (unsigned i = cell * each; i < (cell + 1) * each; i++)
		marks |= t->marks[i];
	return marks;
}

/* Where time was cut out, unless something happened right there. */
static void draw_cuts(struct sheet *s, const struct track *t)
{
	for (unsigned i = 1; i < s->o->axis.nparts; i++) {
		unsigned cell = cell_of(s, s->o->axis.parts[i].slot);

		if (!(cell_marks(s, t, cell) & ~(unsigned)(TRACK_OPEN | TRACK_QUEUED)))
			canvas_glyph(&s->row, s->bar_x + cell, 0, GLYPH_BLOCKED, TONE_WAIT);
	}
}

/* How long each of the times was that were cut out. */
static void tell_cuts(struct sheet *s)
{
	const struct axis *x = &s->o->axis;
	const char *words = NULL;

	for (unsigned i = 1; i < x->nparts; i++)
		words = arena_printf(s->arena, "%s %s",
				     words ? arena_printf(s->arena, "%s,", words) : "nothing happened for",
				     amount_time(s->arena, s->look, x->parts[i].from_ns - x->parts[i - 1].to_ns));
	if (!words)
		return;
	canvas_glyph(&s->row, 0, 0, GLYPH_BLOCKED, TONE_WAIT);
	canvas_text(&s->row, 2, 0, s->look->width - 2, words, TONE_DIM);
	flush(s);
}

static void draw_activity(struct sheet *s, const struct activity *a, enum tone tone)
{
	const char *calls =
		arena_printf(s->arena, "%s call%s", amount_count(s->arena, a->total), a->total == 1 ? "" : "s");
	unsigned x = s->text_x;

	canvas_text(&s->row, 0, 0, s->bar_x - 1, a->name, tone);
	spark_draw(&s->row, s->bar_x, s->bar, a->calls, AXIS_SLOTS, SPARK_SUM, TONE_DATA);
	x += canvas_text(&s->row, x, 0, s->look->width - x, calls, TONE_PLAIN);
	if (a->failed)
		canvas_text(&s->row, x, 0, s->look->width - x,
			    arena_printf(s->arena, ", %s failed", amount_count(s->arena, a->failed)), TONE_BAD);
	flush(s);
}

/* What is seen of a cell's marks: the first row all of whose bits are there. */
static const struct {
	unsigned marks;
	enum glyph glyph;
	enum tone tone;
} looks[] = {
	{TRACK_FAILED, GLYPH_FAILED, TONE_BAD},      {TRACK_THERE | TRACK_BACK, GLYPH_ARROW_BOTH, TONE_DATA},
	{TRACK_THERE, GLYPH_ARROW_RIGHT, TONE_DATA}, {TRACK_BACK, GLYPH_ARROW_LEFT, TONE_DATA},
	{TRACK_ENDED, GLYPH_TEE_RIGHT, TONE_END},    {TRACK_QUEUED, GLYPH_HDASH, TONE_WAIT},
	{TRACK_OPEN, GLYPH_HLINE, TONE_LINK},
};

static void draw_marks(struct sheet *s, const struct track *t)
{
	for (unsigned cell = 0; cell < s->bar; cell++) {
		unsigned marks = cell_marks(s, t, cell);

		for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
			if ((marks & looks[i].marks) == looks[i].marks) {
				canvas_glyph(&s->row, s->bar_x + cell, 0, looks[i].glyph, looks[i].tone);
				break;
			}
	}
}

static void draw_text(struct sheet *s, const char *words, enum tone tone)
{
	canvas_text(&s->row, s->text_x, 0, s->look->width - s->text_x, words, tone);
}

static void draw_folded(struct sheet *s, const struct track *t)
{
	canvas_text(&s->row, 2, 0, s->bar_x - 3,
		    arena_printf(s->arena, "+%s like c%u", amount_count(s->arena, t->like), t->conn), t->tone);
	spark_draw(&s->row, s->bar_x, s->bar, t->open, AXIS_SLOTS, SPARK_MOST, TONE_LINK);
	draw_text(s,
		  t->text ? t->text
			  : arena_printf(s->arena, "p50 %s, p95 %s", amount_time(s->arena, s->look, t->p50_ns),
					 amount_time(s->arena, s->look, t->p95_ns)),
		  t->tone);
	flush(s);
}

static void draw_track(struct sheet *s, const struct track *t)
{
	const char *took = amount_time(s->arena, s->look, t->duration_ns);

	if (t->like) {
		draw_folded(s, t);
		return;
	}
	canvas_text(&s->row, 0, 0, CONN_ROOM - 1, arena_printf(s->arena, "c%u", t->conn),
		    t->tone == TONE_BAD ? TONE_BAD : TONE_STRONG);
	canvas_text(&s->row, CONN_ROOM, 0, s->name, t->client, TONE_PLAIN);
	draw_marks(s, t);
	draw_cuts(s, t);
	if (t->text)
		draw_text(s, arena_printf(s->arena, "%s  %s", took, t->text),
			  t->tone == TONE_BAD ? TONE_BAD : TONE_WAIT);
	else
		draw_text(s,
			  arena_printf(s->arena, "%s  %s, %s", took, amount_bytes(s->arena, t->there),
				       amount_bytes(s->arena, t->back)),
			  TONE_PLAIN);
	flush(s);
}

/* The connections to one server, under its name. */
static void draw_tracks(struct sheet *s)
{
	const char *to = NULL;

	for (size_t i = 0; i < s->o->tracks.count; i++) {
		const struct track *t = &s->o->tracks.items[i];

		if (!to || strcmp(t->to, to) != 0) {
			canvas_text(&s->row, 0, 0, s->text_x - 1, t->to, TONE_STRONG);
			if (!to)
				draw_text(s, "took, bytes there, back", TONE_DIM);
			to = t->to;
			flush(s);
		}
		draw_track(s, t);
	}
}

static void draw_legend(struct sheet *s)
{
	static const struct {
		enum glyph glyph;
		enum tone tone;
		const char *words;
	} legend[] = {
		{GLYPH_HDASH, TONE_WAIT, "in the backlog"},
		{GLYPH_HLINE, TONE_LINK, "open"},
		{GLYPH_ARROW_RIGHT, TONE_DATA, "bytes there"},
		{GLYPH_ARROW_LEFT, TONE_DATA, "back"},
		{GLYPH_ARROW_BOTH, TONE_DATA, "both"},
		{GLYPH_TEE_RIGHT, TONE_END, "closed"},
		{GLYPH_FAILED, TONE_BAD, "failed"},
	};
	unsigned x = 0;

	for (size_t i = 0; i < sizeof legend / sizeof legend[0]; i++) {
		canvas_glyph(&s->row, x, 0, legend[i].glyph, legend[i].tone);
		x += 2 + canvas_text(&s->row, x + 2, 0, s->look->width, legend[i].words, TONE_DIM) + 2;
	}
	flush(s);
}

static void draw_picture(struct sheet *s)
{
	draw_times(s);
	for (size_t i = 0; i < s->o->phases.count; i++)
		draw_activity(s, &s->o->phases.items[i], TONE_PHASE);
	for (size_t i = 0; i < s->o->procs.count; i++)
		draw_activity(s, &s->o->procs.items[i], TONE_STRONG);
	buf_puts(s->out, "\n");
	draw_tracks(s);
	if (s->o->tracks.count)
		draw_legend(s);
	tell_cuts(s);
	buf_puts(s->out, "\n");
}

void text_overview(const struct overview *o, const struct look *look, struct buf *out)
{
	struct sheet s = {.o = o, .look = look, .out = out, .arena = arena_new()};

	text_preface(&o->preface, look, out);
	canvas_init(&s.row, look->width, 1, look);
	lay_out(&s);
	if (o->axis.nparts)
		draw_picture(&s);
	for (size_t i = 0; i < o->deeper.count; i++)
		paragraph(out, look, 0, 4, o->deeper.items[i], TONE_DIM);
	canvas_free(&s.row);
	arena_free(s.arena);
}
