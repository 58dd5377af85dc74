/* svg_stats: a trace in numbers as SVG: calls and open sockets over time, latencies on one scale, errors, connections by shape. */
#include "viewer/format/amount.h"
#include "viewer/format/format.h"
#include "viewer/format/svg.h"

enum {
	MARGIN = 20,
	WIDTH = 1180,
	ERRORS_SHOWN = 12,
	SHAPES_SHOWN = 8,
	CHART_HEIGHT = 56,
	BUNDLE = 4, /* slots that a bar stands for */
	NAME_ROOM = 140,
	COUNT_X = 240, /* where numbers of calls end */
	FAILED_X = 310,
	SCALE_X = 366, /* the latencies' scale */
	SCALE_ROOM = 470,
	TIMES_X = SCALE_X + SCALE_ROOM + 20,
	TIME_ROOM = 98,
	DECADES = 10, /* 100 ns to 1,000 s */
	BAR = 10,
};

struct sheet {
	const struct stats *s;
	const struct look *look;
	struct arena *arena;
	struct buf *out; /* NULL: nothing is drawn, only `y` found */
	double y;
};

static void put_line(struct sheet *p, double indent, enum tone tone, const char *text)
{
	p->y += SVG_ROW * svg_paragraph(p->out, MARGIN + indent, p->y, WIDTH - 2 * MARGIN - indent, 16, tone, text);
}

static void put_heading(struct sheet *p, const char *text)
{
	p->y += SVG_LINE;
	put_line(p, 0, TONE_STRONG, text);
}

static const char *title_of(const struct sheet *p)
{
	const struct stats *s = p->s;
	struct arena *a = p->arena;

	return arena_printf(a, "%s%s%s, %zu processes, %s calls, %s sockets, %s connections", s->when ? s->when : "",
			    s->when ? "  " : "", amount_time(a, p->look, s->duration_ns), s->procs.count,
			    amount_count(a, s->calls), amount_count(a, s->socks), amount_count(a, s->conns));
}

/* Charts */

static void put_chart(struct sheet *p, const char *name, const struct stats_series *series, bool sums,
		      const char *shape)
{
	double width = (WIDTH - 2.0 * MARGIN) / (STATS_SLOTS / BUNDLE), bottom = p->y + CHART_HEIGHT + 8;
	uint64_t bars[STATS_SLOTS / BUNDLE] = {0}, highest = 0;

	for (unsigned i = 0; i < STATS_SLOTS; i++) {
		uint64_t *bar = &bars[i / BUNDLE];

		*bar = sums ? *bar + series->slots[i] : series->slots[i] > *bar ? series->slots[i] : *bar;
		highest = *bar > highest ? *bar : highest;
	}
	put_line(p, 0, TONE_PLAIN, arena_printf(p->arena, "%s, up to %s", name, amount_count(p->arena, highest)));
	for (unsigned i = 0; i < STATS_SLOTS / BUNDLE && p->out; i++) {
		double height = highest ? CHART_HEIGHT * (double)bars[i] / (double)highest : 0;

		if (bars[i])
			svg_rect(p->out, shape, MARGIN + i * width, bottom - height, width - 1, height);
	}
	if (p->out)
		svg_line(p->out, "line", TONE_DIM, MARGIN, bottom, WIDTH - MARGIN, bottom);
	p->y = bottom + SVG_LINE;
}

/* Latencies */

/* Straight from one digit to the next: off by less than two pixels. */
static double log10_of(double value)
{
	static const double digits[] = {0, 0.301, 0.477, 0.602, 0.699, 0.778, 0.845, 0.903, 0.954, 1};
	double log = 0;
	unsigned digit;

	for (; value >= 10; value /= 10)
		log++;
	digit = (unsigned)value;
	return log + digits[digit - 1] + (value - digit) * (digits[digit] - digits[digit - 1]);
}

static double scale_x(uint64_t ns)
{
	double decades = log10_of(ns < 100 ? 1 : (double)ns / 100);

	return SCALE_X + SCALE_ROOM * (decades > DECADES ? DECADES : decades) / DECADES;
}

static void put_scale(struct sheet *p, double bottom)
{
	static const char *const names[] = {"100 ns", "10 \xc2\xb5s", "1 ms", "100 ms", "10 s", "1000 s"};

	for (unsigned i = 0; i <= DECADES; i += 2) {
		double x = SCALE_X + SCALE_ROOM * (double)i / DECADES;

		svg_text(p->out, x, p->y, SVG_MIDDLE, 0, TONE_DIM, names[i / 2]);
		svg_line(p->out, "life", TONE_DIM, x, p->y + 6, x, bottom);
	}
	for (unsigned i = 0; i < 3; i++)
		svg_text(p->out, TIMES_X + (i + 1) * (double)TIME_ROOM, p->y, SVG_END, 0, TONE_DIM,
			 (const char *const[]){"p50", "p99", "max"}[i]);
	svg_text(p->out, COUNT_X, p->y, SVG_END, 0, TONE_DIM, "calls");
	svg_text(p->out, FAILED_X, p->y, SVG_END, 0, TONE_DIM, "failed");
}

/* The bar: from half of the calls to the longest; thick up to the 99th of a hundred. */
static void draw_latency(struct sheet *p, const struct stats_latency *l)
{
	double p50 = scale_x(l->p50_ns), p99 = scale_x(l->p99_ns), max = scale_x(l->max_ns), y = p->y - BAR;
	const uint64_t times[] = {l->p50_ns, l->p99_ns, l->max_ns};

	svg_rect(p->out, "fill data", p50, y, p99 - p50 + 2, BAR);
	svg_rect(p->out, "fill wait", p99 + 2, y + BAR / 2.0 - 1, max - p99, 2);
	for (unsigned i = 0; i < 3; i++)
		svg_text(p->out, TIMES_X + (i + 1) * (double)TIME_ROOM, p->y, SVG_END, TIME_ROOM, TONE_PLAIN,
			 amount_time(p->arena, p->look, times[i]));
}

static void put_call(struct sheet *p, const struct stats_call *c)
{
	if (p->out) {
		svg_thing_begin(p->out,
				arena_printf(p->arena, "%s: %s calls, %s failed, half within %s, the longest %s",
					     c->name, amount_count(p->arena, c->returned),
					     amount_count(p->arena, c->failed),
					     amount_time(p->arena, p->look, c->latency.p50_ns),
					     amount_time(p->arena, p->look, c->latency.max_ns)));
		svg_text(p->out, MARGIN, p->y, SVG_START, NAME_ROOM, TONE_PLAIN, c->name);
		svg_text(p->out, COUNT_X, p->y, SVG_END, 0, TONE_PLAIN, amount_count(p->arena, c->returned));
		if (c->failed)
			svg_text(p->out, FAILED_X, p->y, SVG_END, 0, TONE_BAD, amount_count(p->arena, c->failed));
		if (c->latency.count)
			draw_latency(p, &c->latency);
		svg_thing_end(p->out);
	}
	p->y += SVG_ROW;
}

static void put_calls(struct sheet *p, double scale_bottom)
{
	static const char *const groups[] = {
		[STATS_WORK] = "Calls that do something: how long it took",
		[STATS_WAIT] = "Calls that wait for something: how long they waited",
		[STATS_BETWEEN] = "From one end to the other",
	};

	if (p->out)
		put_scale(p, scale_bottom);
	for (size_t i = 0; i < p->s->rows.count; i++) {
		const struct stats_call *c = &p->s->rows.items[i];

		if (i == 0 || c->group != c[-1].group)
			put_heading(p, groups[c->group]);
		put_call(p, c);
	}
}

/* Errors, shapes */

static void put_errors(struct sheet *p)
{
	const struct stats *s = p->s;
	struct arena *a = p->arena;

	if (s->errors.count)
		put_heading(p, "Errors");
	for (size_t i = 0; i < s->errors.count && i < ERRORS_SHOWN; i++) {
		const struct stats_error *e = &s->errors.items[i];

		put_line(p, 0, e->not_yet ? TONE_PLAIN : TONE_BAD,
			 arena_printf(a, "%s x  %s %s%s%s, first by P%u%s%s", amount_count(a, e->count), e->call,
				      e->err, e->meaning ? ": " : "", e->meaning ? e->meaning : "", e->proc,
				      e->source ? ", " : "", e->source ? e->source : ""));
	}
	if (s->errors.count > ERRORS_SHOWN)
		put_line(p, 0, TONE_WAIT,
			 arena_printf(a, "and %zu more kinds of errors", s->errors.count - ERRORS_SHOWN));
}

static void put_shapes(struct sheet *p)
{
	const struct stats *s = p->s;
	struct arena *a = p->arena;

	if (s->shapes.count)
		put_heading(p, "Connections by what their ends did");
	for (size_t i = 0; i < s->shapes.count && i < SHAPES_SHOWN; i++) {
		const struct stats_shape *shape = &s->shapes.items[i];

		put_line(p, 0, TONE_LINK,
			 arena_printf(a, "%s x  %s, %s there, %s back, p50 %s, as c%u", amount_count(a, shape->count),
				      shape->outcome, amount_bytes(a, shape->sent[SIDE_CLIENT]),
				      amount_bytes(a, shape->sent[SIDE_SERVER]),
				      amount_time(a, p->look, shape->duration.p50_ns), shape->example));
		for (unsigned side = 0; side < (shape->answered ? 2 : 1); side++)
			put_line(p, 32, TONE_PLAIN,
				 arena_printf(a, "%s  %s", side ? "server" : "client",
					      shape->calls[side] ? shape->calls[side] : shape->stranger));
	}
	if (s->shapes.count > SHAPES_SHOWN)
		put_line(p, 0, TONE_WAIT, arena_printf(a, "and %zu more kinds", s->shapes.count - SHAPES_SHOWN));
}

static void put_all(struct sheet *p, double *scale_bottom)
{
	const struct stats *s = p->s;

	p->y = 2 * MARGIN - 8;
	put_line(p, 0, TONE_STRONG, title_of(p));
	if (s->failed)
		put_line(p, 0, TONE_BAD, arena_printf(p->arena, "%s calls failed", amount_count(p->arena, s->failed)));
	if (s->lost)
		put_line(p, 0, TONE_BAD,
			 arena_printf(p->arena, "%s events could not be recorded: all counts are too low",
				      amount_count(p->arena, s->lost)));
	for (size_t i = 0; i < s->warnings.count && i < ERRORS_SHOWN; i++)
		put_line(p, 0, TONE_BAD, s->warnings.items[i]);
	p->y += MARGIN;
	put_chart(p, "Calls over time", &s->calls_made, true, "fill data");
	put_chart(p, "Open sockets", &s->open_socks, false, "fill link");
	if (s->rows.count)
		put_calls(p, *scale_bottom);
	*scale_bottom = p->y - SVG_ROW;
	put_errors(p);
	put_shapes(p);
}

void svg_stats(const struct stats *s, const struct look *look, struct buf *out)
{
	struct sheet p = {.s = s, .look = look, .arena = arena_new()};
	double scale_bottom = 0;

	put_all(&p, &scale_bottom);
	svg_begin(out, look,
		  (struct svg_about){"A trace in numbers", arena_printf(p.arena, "%s; %s failed", title_of(&p),
									amount_count(p.arena, s->failed))},
		  WIDTH, p.y);
	p.out = out;
	put_all(&p, &scale_bottom);
	svg_end(out);
	arena_free(p.arena);
}
