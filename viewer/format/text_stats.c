/* text_stats: a trace in numbers, in character cells. */
#include "viewer/format/amount.h"
#include "viewer/format/format.h"
#include "viewer/format/paragraph.h"
#include "viewer/format/spark.h"
#include "viewer/format/table.h"

enum {
	ERRORS_SHOWN = 20,
	SHAPES_SHOWN = 12,
	PROCS_SHOWN = 12,
	WARNINGS_SHOWN = 8,
	SPARK_X = 17,
	PEAK_ROOM = 30,
	INDENT = 8,
	CALLS_X = 16
};

struct page {
	const struct stats *s;
	const struct look *look;
	struct buf *out;
	struct arena *arena;
};

static const char *plural(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void line(const struct page *p, const char *text, enum tone tone)
{
	paragraph(p->out, p->look, 0, INDENT, text, tone);
}

static void heading(const struct page *p, const char *text)
{
	buf_puts(p->out, "\n");
	line(p, text, TONE_STRONG);
}

/* How many of a list are shown: the one that would be left out takes no more room than saying so. */
static size_t shown_of(size_t count, size_t most)
{
	return count <= most + 1 ? count : most;
}

static void draw_more(const struct page *p, size_t count, size_t shown, const char *what)
{
	if (count > shown)
		line(p, arena_printf(p->arena, "and %s more %s", amount_count(p->arena, count - shown), what),
		     TONE_WAIT);
}

static void draw_trouble(const struct page *p)
{
	const struct stats *s = p->s;

	if (s->failed)
		line(p,
		     arena_printf(p->arena, "%s of %s %s failed", amount_count(p->arena, s->failed),
				  amount_count(p->arena, s->calls), plural(s->calls, "call", "calls")),
		     TONE_BAD);
	if (s->open)
		line(p,
		     arena_printf(p->arena, "%s %s had not returned when the trace ended",
				  amount_count(p->arena, s->open), plural(s->open, "call", "calls")),
		     TONE_WAIT);
	if (s->lost)
		line(p,
		     arena_printf(p->arena, "%s %s could not be recorded: all counts are too low",
				  amount_count(p->arena, s->lost), plural(s->lost, "event", "events")),
		     TONE_BAD);
	for (size_t i = 0; i < shown_of(s->warnings.count, WARNINGS_SHOWN); i++)
		line(p, s->warnings.items[i], TONE_BAD);
	draw_more(p, s->warnings.count, shown_of(s->warnings.count, WARNINGS_SHOWN), "lines that could not be read");
}

static void draw_title(const struct page *p)
{
	const struct stats *s = p->s;
	struct arena *a = p->arena;

	line(p,
	     arena_printf(a, "%s%s%s  %s %s, %s %s, %s %s, %s %s", s->when ? s->when : "", s->when ? "  " : "",
			  amount_time(a, p->look, s->duration_ns), amount_count(a, s->procs.count),
			  plural(s->procs.count, "process", "processes"), amount_count(a, s->calls),
			  plural(s->calls, "call", "calls"), amount_count(a, s->socks),
			  plural(s->socks, "socket", "sockets"), amount_count(a, s->conns),
			  plural(s->conns, "connection", "connections")),
	     TONE_STRONG);
	if (s->older_sessions)
		line(p,
		     arena_printf(a, "%zu earlier %s left out (--all)", s->older_sessions,
				  plural(s->older_sessions, "session", "sessions")),
		     TONE_DIM);
	draw_trouble(p);
}

/* The widest number of cells that divides the slots. */
static unsigned spark_width(const struct look *look)
{
	unsigned width = look->width - SPARK_X - PEAK_ROOM;

	if (width > STATS_SLOTS)
		width = STATS_SLOTS;
	while (STATS_SLOTS % width)
		width--;
	return width;
}

static void draw_series(const struct page *p, const char *name, const struct stats_series *series, enum spark_kind kind)
{
	unsigned width = spark_width(p->look);
	struct arena *a = p->arena;
	struct canvas row;
	uint64_t highest;
	const char *words;

	canvas_init(&row, p->look->width, 1, p->look);
	canvas_text(&row, 0, 0, SPARK_X, name, TONE_PLAIN);
	highest = spark_draw(&row, SPARK_X, width, series->slots, STATS_SLOTS, kind, TONE_DATA);
	if (kind == SPARK_SUM)
		words = arena_printf(a, "up to %s in %s", amount_count(a, highest),
				     amount_time(a, p->look, p->s->duration_ns / width));
	else
		words = arena_printf(a, "up to %s, %s never closed", amount_count(a, highest),
				     amount_count(a, p->s->socks_unclosed));
	canvas_text(&row, SPARK_X + width + 2, 0, PEAK_ROOM - 2, words, TONE_PLAIN);
	canvas_print(&row, p->out);
	canvas_free(&row);
}

static const char *some(const struct page *p, uint64_t count)
{
	return count ? amount_count(p->arena, count) : NULL;
}

static void draw_call(const struct page *p, struct table *t, const struct stats_call *c)
{
	const struct stats_latency *l = &c->latency;
	struct table_row *row = table_row(t);
	const uint64_t times[] = {l->p50_ns, l->p95_ns, l->p99_ns, l->max_ns, l->total_ns};
	unsigned i = 0;

	row->cells[i++] = c->name;
	row->cells[i++] = amount_count(p->arena, c->returned);
	row->bad = c->failed ? 1U << i : 0;
	row->cells[i++] = some(p, c->failed);
	row->cells[i++] = some(p, c->not_yet);
	row->cells[i++] = some(p, c->open);
	for (unsigned k = 0; k < sizeof times / sizeof *times; k++)
		row->cells[i++] = l->count ? amount_time(p->arena, p->look, times[k]) : NULL;
	row->cells[i++] = c->bytes ? amount_bytes(p->arena, c->bytes) : NULL;
}

static void draw_calls(const struct page *p)
{
	static const struct table_column columns[] = {
		{"", false, 0},      {"calls", true, 0}, {"failed", true, 0}, {"not yet", true, 0},
		{"inside", true, 0}, {"p50", true, 0},   {"p95", true, 0},    {"p99", true, 2},
		{"max", true, 0},    {"total", true, 1}, {"bytes", true, 3},  {NULL, false, 0},
	};
	static const char *const groups[] = {
		[STATS_WORK] = "Calls that do something: how long it took",
		[STATS_WAIT] = "Calls that wait for something: how long they waited",
		[STATS_BETWEEN] = "From one end to the other",
	};
	struct table t;

	table_begin(&t, columns);
	for (size_t i = 0; i < p->s->rows.count; i++) {
		const struct stats_call *c = &p->s->rows.items[i];

		if (i == 0 || c->group != c[-1].group)
			table_heading(&t, groups[c->group], TONE_STRONG);
		draw_call(p, &t, c);
	}
	buf_puts(p->out, "\n");
	table_end(&t, p->look, p->out);
}

static void draw_error(const struct page *p, const struct stats_error *e)
{
	struct arena *a = p->arena;
	const char *conn = e->conn ? arena_printf(a, " c%u", e->conn) : "";

	line(p,
	     arena_printf(a, "%6s  %s %s%s%s", amount_count(a, e->count), e->call, e->err, e->meaning ? ": " : "",
			  e->meaning ? e->meaning : ""),
	     e->not_yet ? TONE_PLAIN : TONE_BAD);
	paragraph(p->out, p->look, INDENT, INDENT,
		  arena_printf(a, "first at +%s by P%u%s%s%s", amount_time(a, p->look, e->at_ns), e->proc, conn,
			       e->source ? ", " : "", e->source ? e->source : ""),
		  TONE_DIM);
}

static void draw_errors(const struct page *p)
{
	const struct stats *s = p->s;

	if (!s->errors.count)
		return;
	heading(p, "Errors");
	for (size_t i = 0; i < shown_of(s->errors.count, ERRORS_SHOWN); i++)
		draw_error(p, &s->errors.items[i]);
	draw_more(p, s->errors.count, shown_of(s->errors.count, ERRORS_SHOWN), "kinds of errors");
}

static void draw_end(const struct page *p, const char *side, const char *calls, const char *stranger)
{
	paragraph(p->out, p->look, INDENT, CALLS_X,
		  arena_printf(p->arena, "%s  %s", side,
			       !calls   ? stranger
			       : *calls ? calls
					: "no call"),
		  calls ? TONE_PLAIN : TONE_DIM);
}

static void draw_shape(const struct page *p, const struct stats_shape *shape)
{
	struct arena *a = p->arena;
	const struct stats_latency *d = &shape->duration;

	line(p,
	     arena_printf(a, "%6s  %s, %s there, %s back, %s%s%s%s%s%u", amount_count(a, shape->count), shape->outcome,
			  amount_bytes(a, shape->sent[SIDE_CLIENT]), amount_bytes(a, shape->sent[SIDE_SERVER]),
			  d->count > 1 ? "p50 " : "", amount_time(a, p->look, d->p50_ns), d->count > 1 ? ", p95 " : "",
			  d->count > 1 ? amount_time(a, p->look, d->p95_ns) : "", d->count > 1 ? ", as c" : ": c",
			  shape->example),
	     TONE_LINK);
	draw_end(p, "client", shape->calls[SIDE_CLIENT], shape->stranger);
	if (shape->answered)
		draw_end(p, "server", shape->calls[SIDE_SERVER], shape->stranger);
}

static void draw_shapes(const struct page *p)
{
	const struct stats *s = p->s;

	if (!s->shapes.count)
		return;
	heading(p, "Connections by what their ends did");
	for (size_t i = 0; i < shown_of(s->shapes.count, SHAPES_SHOWN); i++)
		draw_shape(p, &s->shapes.items[i]);
	draw_more(p, s->shapes.count, shown_of(s->shapes.count, SHAPES_SHOWN), "kinds of connections");
}

static void draw_procs(const struct page *p)
{
	static const struct table_column columns[] = {
		{"Processes", false, 0}, {"", false, 0},       {"", false, 0},    {"calls", true, 0},
		{"failed", true, 0},     {"written", true, 0}, {"read", true, 0}, {NULL, false, 0},
	};
	const struct stats *s = p->s;
	struct table t;

	table_begin(&t, columns);
	for (size_t i = 0; i < shown_of(s->procs.count, PROCS_SHOWN); i++) {
		const struct stats_proc *proc = &s->procs.items[i];
		struct table_row *row = table_row(&t);

		*row = (struct table_row){
			.cells = {arena_printf(p->arena, "P%u", proc->index), proc->who, proc->role,
				  amount_count(p->arena, proc->calls), some(p, proc->failed),
				  amount_bytes(p->arena, proc->written), amount_bytes(p->arena, proc->read)},
			.bad = proc->failed ? 1U << 4 : 0,
			.tone = TONE_STRONG,
		};
	}
	buf_puts(p->out, "\n");
	table_end(&t, p->look, p->out);
	draw_more(p, s->procs.count, shown_of(s->procs.count, PROCS_SHOWN), "processes");
}

void text_stats(const struct stats *s, const struct look *look, struct buf *out)
{
	struct page p = {.s = s, .look = look, .out = out, .arena = arena_new()};

	draw_title(&p);
	buf_puts(out, "\n");
	draw_series(&p, "calls", &s->calls_made, SPARK_SUM);
	draw_series(&p, "open sockets", &s->open_socks, SPARK_MOST);
	if (s->rows.count)
		draw_calls(&p);
	draw_errors(&p);
	draw_shapes(&p);
	draw_procs(&p);
	arena_free(p.arena);
}
