/* axis: time from left to right in equal slots, with the long times in which nothing happened cut out. */
#include "viewer/scene/axis.h"

#include <stdlib.h>

enum {
	GAPS = 64,      /* candidates: at most so many, each at least the GAPS-th part of the whole */
	PART_LEAST = 16 /* slots: two cells of a usual line */
};

/* A gap is cut out if it is more than so much of what would be left with it. */
static const double cut_share = 0.2;

/* A time in which no event begins; calls may end in it. */
struct gap {
	uint64_t from_ns, to_ns;
	uint64_t first_end_ns, last_end_ns; /* 0: none */
};

struct gaps {
	struct gap list[GAPS];
	size_t count;
	uint64_t from_ns, to_ns;
};

static bool is_chosen(const struct choice *c, const struct event *e)
{
	return choice_has_time(c, choice_told_ns(e)) && choice_has(c, e);
}

static void find_span(struct gaps *g, const struct trace *t, const struct choice *c)
{
	g->from_ns = UINT64_MAX;
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (!is_chosen(c, e))
			continue;
		if (e->t_ns < g->from_ns)
			g->from_ns = e->t_ns;
		if (event_end_ns(e) > g->to_ns)
			g->to_ns = event_end_ns(e);
	}
	/* What a call gives is told when it returns: nothing is told before the first step. */
	if (g->from_ns < c->zero_ns)
		g->from_ns = c->zero_ns;
	if (g->from_ns < c->from_ns)
		g->from_ns = c->from_ns;
	if (g->to_ns > c->to_ns)
		g->to_ns = c->to_ns;
}

/* There can be no more than GAPS of that length. */
static void find_gaps(struct gaps *g, const struct trace *t, const struct choice *c)
{
	uint64_t last_ns = g->from_ns, least_ns = (g->to_ns - g->from_ns) / GAPS + 1;

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (!is_chosen(c, e) || e->t_ns < last_ns)
			continue;
		if (e->t_ns - last_ns >= least_ns && g->count < GAPS)
			g->list[g->count++] = (struct gap){.from_ns = last_ns, .to_ns = e->t_ns};
		last_ns = e->t_ns;
	}
	if (g->to_ns - last_ns >= least_ns && g->count < GAPS)
		g->list[g->count++] = (struct gap){.from_ns = last_ns, .to_ns = g->to_ns};
}

static struct gap *gap_around(struct gaps *g, uint64_t at_ns)
{
	size_t low = 0, high = g->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (g->list[middle].to_ns <= at_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low < g->count && g->list[low].from_ns < at_ns ? &g->list[low] : NULL;
}

static void note_ends(struct gaps *g, const struct trace *t, const struct choice *c)
{
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		uint64_t end_ns = event_end_ns(e);
		struct gap *gap = e->dt_ns ? gap_around(g, end_ns) : NULL;

		if (!gap || !is_chosen(c, e))
			continue;
		if (!gap->first_end_ns || end_ns < gap->first_end_ns)
			gap->first_end_ns = end_ns;
		if (end_ns > gap->last_end_ns)
			gap->last_end_ns = end_ns;
	}
}

/* What lies between the first and the last end in a gap was no idle time: the longer rest is. */
static void shrink_gaps(struct gaps *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct gap *gap = &g->list[i];

		if (!gap->first_end_ns)
			continue;
		if (gap->first_end_ns - gap->from_ns >= gap->to_ns - gap->last_end_ns)
			gap->to_ns = gap->first_end_ns;
		else
			gap->from_ns = gap->last_end_ns;
	}
}

static uint64_t length(const struct gap *g)
{
	return g->to_ns - g->from_ns;
}

static int longest_first(const void *a, const void *b)
{
	uint64_t x = length(a), y = length(b);

	return (x < y) - (x > y);
}

static int by_time(const void *a, const void *b)
{
	uint64_t x = ((const struct gap *)a)->from_ns, y = ((const struct gap *)b)->from_ns;

	return (x > y) - (x < y);
}

/* Keep those that are worth cutting out, in order of time. */
static void choose_gaps(struct gaps *g)
{
	uint64_t left_ns = g->to_ns - g->from_ns;
	size_t kept = 0;

	qsort(g->list, g->count, sizeof g->list[0], longest_first);
	while (kept < g->count && kept < AXIS_PARTS - 1 && (double)length(&g->list[kept]) > cut_share * (double)left_ns)
		left_ns -= length(&g->list[kept++]);
	g->count = kept;
	qsort(g->list, kept, sizeof g->list[0], by_time);
}

static void add_part(struct axis *x, uint64_t from_ns, uint64_t to_ns)
{
	x->parts[x->nparts++] = (struct axis_part){.from_ns = from_ns, .to_ns = to_ns};
}

/* Slots by length, yet some for each. */
static void share_slots(struct axis *x)
{
	uint64_t all_ns = 0;
	unsigned free_slots = AXIS_SLOTS - x->nparts * PART_LEAST, slot = 0;

	for (unsigned i = 0; i < x->nparts; i++)
		all_ns += x->parts[i].to_ns - x->parts[i].from_ns;
	for (unsigned i = 0; i < x->nparts; i++) {
		struct axis_part *p = &x->parts[i];
		double share = all_ns ? (double)(p->to_ns - p->from_ns) / (double)all_ns : 1.0 / x->nparts;

		p->slot = slot;
		p->slots = i + 1 == x->nparts ? AXIS_SLOTS - slot : PART_LEAST + (unsigned)(share * free_slots);
		slot += p->slots;
	}
}

struct axis axis_find(const struct trace *t, const struct choice *choice, bool whole)
{
	struct axis x = {.zero_ns = choice->zero_ns};
	struct gaps g = {.count = 0};
	uint64_t from_ns;

	find_span(&g, t, choice);
	if (g.from_ns > g.to_ns)
		return x;
	if (!whole) {
		find_gaps(&g, t, choice);
		note_ends(&g, t, choice);
		shrink_gaps(&g);
		choose_gaps(&g);
	}
	from_ns = g.from_ns;
	for (size_t i = 0; i < g.count; i++) {
		add_part(&x, from_ns, g.list[i].from_ns);
		from_ns = g.list[i].to_ns;
	}
	add_part(&x, from_ns, g.to_ns);
	share_slots(&x);
	return x;
}

unsigned axis_slot(const struct axis *x, uint64_t at_ns)
{
	unsigned i = 0, slot;
	const struct axis_part *p;
	double share;

	while (i + 1 < x->nparts && at_ns >= x->parts[i + 1].from_ns)
		i++;
	p = &x->parts[i];
	if (at_ns <= p->from_ns)
		return p->slot;
	if (at_ns >= p->to_ns)
		return p->slot + p->slots - 1;
	share = (double)(at_ns - p->from_ns) / (double)(p->to_ns - p->from_ns);
	slot = (unsigned)(share * p->slots);
	return p->slot + (slot < p->slots ? slot : p->slots - 1);
}
