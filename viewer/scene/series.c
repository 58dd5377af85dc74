/* series: how many of something there were over the time of a trace. */
#include "viewer/scene/series.h"

#include <stdlib.h>

/* When sockets came to be, or went. */
struct times {
	VEC(uint64_t) list;
};

size_t series_slot(uint64_t at_ns, uint64_t duration_ns)
{
	double part = duration_ns ? (double)at_ns / (double)duration_ns : 0;

	return part >= 1 ? STATS_SLOTS - 1 : (size_t)(part * STATS_SLOTS);
}

void series_peak(struct stats_series *s, uint64_t duration_ns)
{
	for (size_t i = 0; i < STATS_SLOTS; i++)
		if (s->slots[i] > s->most) {
			s->most = s->slots[i];
			s->most_at_ns = (uint64_t)((double)duration_ns / STATS_SLOTS * (double)i);
		}
}

static int by_time(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Sockets are found in order of time, so that there is seldom anything to sort. */
static void sort(struct times *t)
{
	for (size_t i = 1; i < t->list.count; i++)
		if (t->list.items[i] < t->list.items[i - 1]) {
			qsort(t->list.items, t->list.count, sizeof *t->list.items, by_time);
			return;
		}
}

static uint64_t since(const struct trace *t, uint64_t at_ns)
{
	return at_ns > t->start_ns ? at_ns - t->start_ns : 0;
}

/* How many are open from one slot to the next, and the most while it lasts. */
static void sweep(struct stats *s, const struct times *born, const struct times *gone)
{
	struct stats_series *series = &s->open_socks;
	size_t b = 0, g = 0;

	for (size_t slot = 0; slot < STATS_SLOTS; slot++) {
		uint64_t *most = &series->slots[slot];

		*most = b - g;
		while (b < born->list.count && series_slot(born->list.items[b], s->duration_ns) == slot) {
			uint64_t at_ns = born->list.items[b++];

			while (g < gone->list.count && gone->list.items[g] < at_ns)
				g++;
			if (b - g > *most)
				*most = b - g;
			if (b - g > series->most) {
				series->most = b - g;
				series->most_at_ns = at_ns;
			}
		}
		while (g < gone->list.count && series_slot(gone->list.items[g], s->duration_ns) == slot)
			g++;
	}
}

void series_socks(struct stats *s, const struct trace *t)
{
	struct times born = {0}, gone = {0};

	for (size_t i = 0; i < t->socks.count; i++) {
		const struct sock *sock = t->socks.items[i];
		uint64_t at_ns = sock->made ? since(t, event_end_ns(sock->made)) : 0;

		vec_push(&born.list, at_ns);
		s->socks_unclosed += !sock->closed;
		if (!sock->gone)
			continue;
		/* A child that is traced alone may have been told of it after it was gone. */
		vec_push(&gone.list, since(t, sock->held_ns) > at_ns ? since(t, sock->held_ns) : at_ns);
	}
	sort(&born);
	sort(&gone);
	sweep(s, &born, &gone);
	s->socks = born.list.count;
	vec_free(&born.list);
	vec_free(&gone.list);
}
