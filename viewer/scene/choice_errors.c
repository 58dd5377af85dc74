/* choice_errors: which events failed, and which explain them. */
#include "viewer/scene/choice.h"

#include <string.h>

#include "viewer/base/sort.h"

enum { BEFORE = 3 }; /* events of the same connection or socket that are shown before a failure */

static bool failed(const struct event *e)
{
	/* A write that its process died in: SIGPIPE. Who was waiting when it was killed has not failed. */
	if (e->kind == EVENT_PENDING)
		return !e->abandoned && event_is_write(e) &&
		       (e->proc->ending == END_SIGNAL || e->proc->ending == END_UNKNOWN);
	/* That there is no child left to wait for is how a loop around wait ends. */
	if (e->err && strcmp(e->err, "ECHILD") == 0)
		return false;
	return e->kind == EVENT_LOST || event_failed(e);
}

static bool is_same(const void *value, const void *key)
{
	return value == key;
}

static void add(struct choice *c, const struct event *e)
{
	uint64_t hash = hash_number(0, (uintptr_t)e);

	if (e && !map_find(&c->explained, hash, is_same, e))
		map_add(&c->explained, hash, (void *)e);
}

static uint64_t begin_of(const void *event)
{
	return ((const struct event *)event)->t_ns;
}

static void add_before(struct choice *c, struct event *const *events, size_t count, const struct event *e)
{
	size_t at = sort_below(events, count, begin_of, e->t_ns), first = at > BEFORE ? at - BEFORE : 0;

	for (size_t i = first; i < at; i++)
		add(c, events[i]);
}

/* How the connection came to be, and what ended it. */
static void add_conn(struct choice *c, const struct conn *conn)
{
	for (int side = 0; side < 2; side++) {
		add(c, conn->ends[side].made);
		add(c, conn->ends[side].eof_sent);
	}
}

static void explain(struct choice *c, const struct event *e)
{
	add(c, e);
	add(c, e->cause);
	if (e->conn) {
		add_conn(c, e->conn);
		add_before(c, e->conn->events.items, e->conn->events.count, e);
	}
	if (e->socket)
		add_before(c, e->socket->events.items, e->socket->events.count, e);
}

void choice_explain(struct choice *c, const struct trace *t)
{
	for (size_t i = 0; i < t->events.count; i++)
		if (failed(t->events.items[i]))
			explain(c, t->events.items[i]);
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *conn = t->conns.items[i];

		/* A connect that does not wait fails later, by what SO_ERROR says. */
		if (conn->outcome != CONN_OPEN && conn->outcome != CONN_CLOSED)
			for (size_t e = 0; e < conn->events.count; e++)
				explain(c, conn->events.items[e]);
	}
}
