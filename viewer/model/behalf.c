/* behalf.c: which connection was opened to serve which: proxies. Inferred: no call says so. */
#include "viewer/model/steps.h"
#include "viewer/model/thread_map.h"

static bool is_stream(const struct conn *c)
{
	return c->kind == CONN_STREAM || c->kind == CONN_SEQPACKET;
}

bool behalf_takes_on(const struct event *e)
{
	if (!e->conn || e->side != SIDE_SERVER || !is_stream(e->conn) || e->err)
		return false;
	return event_is_accept(e) || e->kind == EVENT_INHERIT ||
	       (e->kind == EVENT_CALL && event_is_read(e) && e->ret > 0);
}

static bool holds(const struct conn *c, const struct event *connect)
{
	const struct sock *s = c->ends[SIDE_SERVER].sock;
	const struct descriptor *d = NULL;

	if (!s || s->conn != c)
		return false;
	while ((d = sock_next_holder(s, d, connect->t_ns)))
		if (d->proc == connect->proc)
			return true;
	return false;
}

/* A program that plays both parts in one process asks nobody else. */
static bool talks_to_itself(const struct conn *c)
{
	return c->ends[SIDE_SERVER].proc && c->ends[SIDE_SERVER].proc == c->ends[SIDE_CLIENT].proc;
}

/* The thread's value is what it did last as somebody's server. */
static void connect_for(const struct map *threads, const struct event *e)
{
	struct thread *t = thread_find(threads, e);
	struct conn *c = e->conn, *serves = t ? t->value : NULL;

	if (c->ends[SIDE_CLIENT].made != e || !serves || serves == c || !holds(serves, e))
		return;
	if (is_stream(c) && !talks_to_itself(c) && !talks_to_itself(serves))
		c->on_behalf_of = serves;
}

/* Whether any process is somebody's server and connects. */
static bool has_proxy(const struct build *b)
{
	for (size_t i = 0; i < b->t->landmarks.count; i++) {
		const struct event *e = b->t->landmarks.items[i];

		if (e->conn && event_connects(e) && b->services[e->proc->index] & SERVICE_TOOK_ON)
			return true;
	}
	return false;
}

void build_behalf(struct build *b)
{
	struct map threads = {0};

	if (!has_proxy(b))
		return;

	for (size_t i = 0; i < b->t->events.count; i++) {
		const struct event *e = b->t->events.items[i];

		if (e->conn && event_connects(e))
			connect_for(&threads, e);
		else if (behalf_takes_on(e))
			thread_add(b->scratch, &threads, e)->value = e->conn;
	}
	map_free(&threads);
}
