/*
 * nameless.c: who accepted whom, where one end does not tell from which address the client came: in a sandbox, or by a write. Clients that are
 * not traced were accepted, too, so that two ends are one connection only where the trace leaves no other way.
 */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/halves.h"
#include "viewer/model/place.h"

/* Who may be whose other end */

static uint64_t taken_ns(const void *taken)
{
	return half_taken_ns(taken);
}

/* Who has got something had been taken in by then. */
static uint64_t until_ns(const struct half *caller)
{
	return caller->got ? event_end_ns(caller->got) : UINT64_MAX;
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

static enum likeness compare_bytes(const struct event *sent, const struct event *got)
{
	char out[TRACE_DATA_MAX], in[TRACE_DATA_MAX];
	uint32_t len;

	if (sent && got && sent->t_ns > event_end_ns(got))
		return CONTRADICTORY;
	if (!sent || !got || !sent->data_len || !got->data_len || sent->data_len > sizeof out ||
	    got->data_len > sizeof in)
		return UNTOLD;
	event_data(sent, out);
	event_data(got, in);
	len = sent->data_len < got->data_len ? sent->data_len : got->data_len;
	return memcmp(out, in, len) == 0 ? ALIKE : CONTRADICTORY;
}

static enum likeness compare(const struct half *caller, const struct half *taken)
{
	enum likeness there = compare_bytes(caller->sent, taken->got), back = compare_bytes(taken->sent, caller->got);

	if (there == CONTRADICTORY || back == CONTRADICTORY)
		return CONTRADICTORY;
	return there == ALIKE || back == ALIKE ? ALIKE : UNTOLD;
}

static bool is_at(struct arena *a, const struct address *own, const struct process *p, const struct address *asked,
		  const struct process *by)
{
	struct place here, there;

	if (!place_of(&here, a, own, p) || !place_of(&there, a, asked, by))
		return false;
	return here.port == there.port &&
	       (place_is_wildcard(&here) || place_is_wildcard(&there) || place_same(&here, &there));
}

static bool may_be(struct arena *a, const struct half *caller, const struct half *taken)
{
	const struct event *connect = caller->made, *accept = taken->made;
	if (taken->joined || !half_same_client(caller, taken) || compare(caller, taken) == CONTRADICTORY)
		return false;
	return text_is(connect->socket->family, "AF_UNIX") ||
	       is_at(a, half_called_at(accept), accept->proc, connect->addr, connect->proc);
}

/* The only one; NULL: none, or several. */
static struct half *only_other(struct arena *a, const struct door *d, const struct half *caller)
{
	struct half *only = NULL;
	size_t first = sort_below(d->taken.items, d->taken.count, taken_ns, caller->made->t_ns);

	for (size_t i = first; i < d->taken.count && taken_ns(d->taken.items[i]) <= until_ns(caller); i++) {
		if (!may_be(a, caller, d->taken.items[i]))
			continue;
		if (only)
			return NULL;
		only = d->taken.items[i];
	}
	return only;
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

	if (!caller->got || (e->err && !text_is(e->err, "EINPROGRESS")))
		return false;
	return text_is(e->socket->family, "AF_UNIX") || event_is_fast_open(e) || caller->boxed || e->local;
}

/* Who was answered was taken in before: where one accept alone can have done it, that did, and took in nobody who was answered later. */
static void decide(struct arena *a, struct door *d)
{
	if (d->divided)
		return;
	sort_stable(d->callers.items, d->callers.count, answered_before);
	sort_stable(d->taken.items, d->taken.count, taken_before);
	for (size_t i = 0; i < d->callers.count; i++) {
		struct half *caller = d->callers.items[i];
		struct half *taken = was_answered(caller) ? only_other(a, d, caller) : NULL;

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
		decide(b->scratch, doors.list.items[i]);
	doors_doubt(&doors, b->scratch);
	doors_free(&doors);
	drop_joined(b->t);
}
