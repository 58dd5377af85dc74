/*
 * nameless.c: who accepted whom, where one end does not tell from which address the client came: in a sandbox, or by a write. Clients that are
 * not traced were accepted, too, so that two ends are one connection only where the trace leaves no other way.
 */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/halves.h"

enum { CANDIDATES = 1000 };

/* Who may be whose other end */

static uint64_t taken_ns(const void *taken)
{
	return half_taken_ns(taken);
}

/* Who has got something had been taken in by then. */
static uint64_t until_ns(const struct half *caller)
{
	return caller->got.event ? event_end_ns(caller->got.event) : UINT64_MAX;
}

static bool answered_before(const void *a, const void *b)
{
	return until_ns(a) < until_ns(b);
}

static bool taken_before(const void *a, const void *b)
{
	return taken_ns(a) < taken_ns(b);
}

enum likeness { CONTRADICTORY, UNTOLD, ALIKE };

static enum likeness compare_bytes(const struct first *sent, const struct first *got)
{
	uint32_t len = sent->len < got->len ? sent->len : got->len;

	if (sent->event && got->event && sent->event->t_ns > event_end_ns(got->event))
		return CONTRADICTORY;
	if (!len)
		return UNTOLD;
	return memcmp(sent->bytes, got->bytes, len) == 0 ? ALIKE : CONTRADICTORY;
}

static enum likeness compare(const struct half *caller, const struct half *taken)
{
	enum likeness there = compare_bytes(&caller->sent, &taken->got),
		      back = compare_bytes(&taken->sent, &caller->got);

	if (there == CONTRADICTORY || back == CONTRADICTORY)
		return CONTRADICTORY;
	return there == ALIKE || back == ALIKE ? ALIKE : UNTOLD;
}

static bool is_at(const struct half *caller, const struct half *taken)
{
	return !taken->called.port || place_is_wildcard(&taken->called) || place_is_wildcard(&caller->called) ||
	       place_same(&taken->called, &caller->called);
}

static bool may_be(const struct half *caller, const struct half *taken)
{
	return !taken->joined && half_same_client(caller, taken) && is_at(caller, taken) &&
	       compare(caller, taken) != CONTRADICTORY;
}

/* How many of a door may be the other end, of more than one two; that one. Among very many that were taken in meanwhile none is sought. */
static unsigned count_others(const struct door *d, const struct half *caller, struct half **other)
{
	unsigned count = 0;
	size_t first = sort_below(d->taken.items, d->taken.count, taken_ns, caller->made->t_ns);

	for (size_t i = first; i < d->taken.count && taken_ns(d->taken.items[i]) <= until_ns(caller); i++) {
		if (i - first == CANDIDATES)
			return 2;
		if (!may_be(caller, d->taken.items[i]))
			continue;
		*other = d->taken.items[i];
		if (++count > 1)
			break;
	}
	return count;
}

/* The only one; NULL: none, or several. Who accepts nobody knows where may have accepted anybody. */
static struct half *only_other(const struct door *d, const struct half *caller)
{
	struct half *other = NULL, *elsewhere = NULL;

	if (count_others(d, caller, &other) != 1 || count_others(d->unknown, caller, &elsewhere))
		return NULL;
	return other;
}

static void join(struct half *caller, struct half *taken)
{
	struct conn *c = caller->conn;
	struct end *server = &c->ends[SIDE_SERVER];

	*server = taken->conn->ends[SIDE_SERVER];
	server->sock->conn = c;
	taken->made->conn = c;
	c->listener = taken->made->socket;
	if (!c->ends[SIDE_CLIENT].addr)
		c->ends[SIDE_CLIENT].addr = taken->made->peer;
	caller->joined = taken->joined = true;
	taken->conn->ends[SIDE_SERVER].made = NULL;
}

/* Where an ordinary socket could not tell from where it connects, it may not have connected. */
static bool was_answered(const struct half *caller)
{
	const struct event *e = caller->made;

	if (!caller->got.event || (e->err && !text_is(e->err, "EINPROGRESS")))
		return false;
	return text_is(e->socket->family, "AF_UNIX") || event_is_fast_open(e) || caller->boxed || e->local;
}

static void sort_door(struct door *d)
{
	sort_stable(d->callers.items, d->callers.count, answered_before);
	sort_stable(d->taken.items, d->taken.count, taken_before);
}

/* By the time it was answered. */
static bool may_be_unrecorded(const struct door *d, const struct half *caller)
{
	return d->unrecorded_ns <= until_ns(caller) || d->unknown->unrecorded_ns <= until_ns(caller);
}

/* Who was answered was taken in before: where one accept alone can have done it, that did, and took in nobody who was answered later. */
static void decide(const struct door *d)
{
	if (!d->unknown)
		return;
	for (size_t i = 0; i < d->callers.count; i++) {
		struct half *caller = d->callers.items[i];
		bool was_taken = was_answered(caller) && !may_be_unrecorded(d, caller);
		struct half *taken = was_taken ? only_other(d, caller) : NULL;

		if (taken && compare(caller, taken) == ALIKE)
			join(caller, taken);
	}
}

/* What became one with another has no end of its own any more. */
static void drop_joined(struct trace *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->conns.count; i++)
		if (t->conns.items[i]->ends[SIDE_CLIENT].made || t->conns.items[i]->ends[SIDE_SERVER].made)
			t->conns.items[kept++] = t->conns.items[i];
	t->conns.count = kept;
}

void build_nameless(struct build *b)
{
	struct doors doors = {0};

	doors_find(&doors, b);
	for (size_t i = 0; i < doors.list.count; i++)
		sort_door(doors.list.items[i]);
	for (size_t i = 0; i < doors.list.count; i++)
		decide(doors.list.items[i]);
	doors_doubt(&doors, b->scratch);
	doors_free(&doors);
	drop_joined(b->t);
}
