/* behalf.c: which connection was opened to serve which: proxies. Inferred: no call says so. */
#include "viewer/model/steps.h"

/* What a thread did last as somebody's server. */
struct thread {
	const struct process *proc;
	uint32_t tid;
	struct conn *serves;
};

static bool same_thread(const void *value, const void *key)
{
	const struct thread *t = value;
	const struct event *e = key;

	return t->proc == e->proc && t->tid == e->tid;
}

static struct thread *thread_of(struct build *b, struct map *threads, const struct event *e, bool add)
{
	uint64_t hash = hash_number(e->proc->index, e->tid);
	struct thread *t = map_find(threads, hash, same_thread, e);

	if (t || !add)
		return t;
	t = arena_alloc(b->scratch, sizeof *t);
	*t = (struct thread){.proc = e->proc, .tid = e->tid};
	map_add(threads, hash, t);
	return t;
}

static bool is_stream(const struct conn *c)
{
	return c->kind == CONN_STREAM || c->kind == CONN_SEQPACKET;
}

/* It takes on a connection that it accepts, is born with, or reads from. */
static bool takes_on(const struct event *e)
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

static void connect_for(struct build *b, struct map *threads, const struct event *e)
{
	struct thread *t = thread_of(b, threads, e, false);
	struct conn *c = e->conn;

	if (c->ends[SIDE_CLIENT].made != e || !t || !t->serves || t->serves == c || !holds(t->serves, e))
		return;
	if (is_stream(c) && !talks_to_itself(c) && !talks_to_itself(t->serves))
		c->on_behalf_of = t->serves;
}

void build_behalf(struct build *b)
{
	struct map threads = {0};

	for (size_t i = 0; i < b->t->events.count; i++) {
		const struct event *e = b->t->events.items[i];

		if (e->call == CALL_connect && e->conn)
			connect_for(b, &threads, e);
		else if (takes_on(e))
			thread_of(b, &threads, e, true)->serves = e->conn;
	}
	map_free(&threads);
}
