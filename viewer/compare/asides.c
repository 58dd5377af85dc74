/* asides: how bytes were cut, how long connections took. */
#include "viewer/compare/asides.h"

#include <inttypes.h>
#include <stdlib.h>

#include "viewer/compare/differences.h"

/* The calls of one side that moved bytes in one direction. */
struct cuts {
	uint64_t calls, bytes;
};

static struct cuts cuts_of(const struct canon *c, enum side side, enum verb verb)
{
	struct cuts cuts = {0};

	for (size_t i = 0; i < c->conns.count; i++) {
		const struct canon_row *row = &c->conns.items[i].ends[side];

		for (uint32_t k = 0; k < row->count; k++) {
			const struct canon_step *step = &c->steps.items[row->first + k];
			const struct act *act = act_of(c, step);

			if (act->verb != verb || act->err)
				continue;
			cuts.calls += step->calls;
			cuts.bytes += step->bytes;
		}
	}
	return cuts;
}

static void compare_cuts(struct comparison *c, enum side side, enum verb verb)
{
	struct cuts a = cuts_of(c->a, side, verb), b = cuts_of(c->b, side, verb);
	const char *who = side == SIDE_CLIENT ? "client" : "server", *what = verb == VERB_SEND ? "sent" : "received";
	struct difference *d;

	if (a.calls == b.calls || a.bytes != b.bytes)
		return;
	d = difference_add(c, CLASS_CHUNKING,
			   arena_printf(c->arena,
					"the %s %s %" PRIu64 " bytes in %" PRIu64 " calls, where it was %" PRIu64, who,
					what, b.bytes, b.calls, a.calls));
	if (!d)
		return;
	d->end = side;
	d->role = who;
}

/* Half of the connections to a listener took at most so long; 0: none was made. */
static int by_size(const void *a, const void *b)
{
	uint64_t l = *(const uint64_t *)a, r = *(const uint64_t *)b;

	return l < r ? -1 : l > r;
}

static uint64_t median(const struct canon *c, size_t listener)
{
	VEC(uint64_t) spans = {0};
	uint64_t middle = 0;

	for (size_t i = 0; i < c->conns.count; i++) {
		const struct conn *conn = c->conns.items[i].conn;

		if (conn && c->conns.items[i].listener == listener && conn->ended_ns >= conn->begun_ns)
			vec_push(&spans, conn->ended_ns - conn->begun_ns);
	}
	if (spans.count) {
		qsort(spans.items, spans.count, sizeof *spans.items, by_size);
		middle = spans.items[(spans.count - 1) / 2];
	}
	vec_free(&spans);
	return middle;
}

static void compare_times(struct comparison *c, size_t i, size_t j)
{
	uint64_t a = median(c->a, i), b = median(c->b, j), apart = a > b ? a - b : b - a;
	struct difference *d;

	if (!a || !b || apart <= c->options.timing_ns || (double)apart * 100 <= (double)a * c->options.timing_percent)
		return;
	d = difference_add(c, CLASS_TIMING,
			   arena_printf(c->arena,
					"half of the connections to %s took at most %.1f ms, where it was %.1f ms",
					c->a->listeners.items[i].name, (double)b / 1e6, (double)a / 1e6));
	if (!d)
		return;
	d->listener = c->a->listeners.items[i].name;
	d->role = "server";
}

void asides_compare(struct comparison *c, const struct pairs *p)
{
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		compare_cuts(c, side, VERB_SEND);
		compare_cuts(c, side, VERB_RECV);
	}
	for (size_t i = 0; c->options.timing && i < c->a->listeners.count; i++)
		if (p->to_b[i] != SIZE_MAX)
			compare_times(c, i, p->to_b[i]);
}
