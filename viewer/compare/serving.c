/* serving: how a listener's clients are served: one at a time, by threads, by processes. */
#include <stdlib.h>

#include "viewer/base/mem.h"
#include "viewer/compare/making.h"

/* What the connections of one listener show. */
struct service {
	size_t conns, by_children, by_threads;
	bool at_once; /* one thread is seen to serve several */
	struct map acceptors;
	const struct process *first; /* of them */
	uint32_t thread;             /* that accepts, in the first acceptor; 0: none */
	bool threads;                /* more than one does */
};

const char *serving_words(enum serving serving)
{
	static const char *const words[] = {
		[SERVING_UNKNOWN] = "no client was served",
		[SERVING_ONE] = "one client at a time",
		[SERVING_LOOP] = "many clients at a time in one thread",
		[SERVING_THREADS] = "many clients at a time in threads",
		[SERVING_CHILDREN] = "many clients at a time, each in a child process",
		[SERVING_PROCS] = "many clients at a time in several processes that all accept",
	};

	return words[serving];
}

static bool same_pointer(const void *value, const void *key)
{
	return value == key;
}

static void note_acceptor(struct service *s, const struct event *e)
{
	uint64_t hash = hash_number(0, (uintptr_t)e->proc);

	if (!map_find(&s->acceptors, hash, same_pointer, e->proc))
		map_add(&s->acceptors, hash, e->proc);
	s->first = s->first ? s->first : e->proc;
	if (!event_is_accept(e) || e->proc != s->first)
		return;
	s->threads |= s->thread && s->thread != e->tid;
	s->thread = e->tid;
}

static bool waits_at(const struct event *e, const struct sock *listener)
{
	return e->socket == listener && (event_is_accept(e) || e->call == CALL_epoll_ctl);
}

/* A thread that did not accept may still be told which connection to serve: where the transfers are is what counts. */
static const struct event *first_use(const struct conn *c)
{
	for (size_t i = 0; i < c->events.count; i++) {
		const struct event *e = c->events.items[i];

		if (e->side == SIDE_SERVER && (event_is_read(e) || event_is_write(e)))
			return e;
	}
	return NULL;
}

static void note_conn(struct service *s, const struct conn *c)
{
	const struct event *accept = c->ends[SIDE_SERVER].made, *use = first_use(c);

	if (!accept || !event_is_accept(accept))
		return;
	s->conns++;
	if (!use)
		return;
	if (use->proc != accept->proc)
		s->by_children++;
	else if (use->tid != accept->tid)
		s->by_threads++;
}

/* A thread that takes a client before it is done with the one before serves both. */

static uint64_t last_use_ns(const struct conn *c)
{
	for (size_t i = c->events.count; i-- > 0;) {
		const struct event *e = c->events.items[i];

		if (e->side == SIDE_SERVER && (event_is_read(e) || event_is_write(e)))
			return e->t_ns;
	}
	return 0;
}

static bool is_interleaved(const struct sock *listener)
{
	uint64_t latest_ns = 0;
	uint32_t tid = 0;

	for (size_t i = 0; i < listener->events.count; i++) {
		const struct event *e = listener->events.items[i];
		uint64_t last_ns;

		if (!event_is_accept(e) || !e->conn || e->kind != EVENT_CALL)
			continue;
		if (tid == e->tid && e->t_ns < latest_ns)
			return true;
		last_ns = last_use_ns(e->conn);
		tid = e->tid;
		latest_ns = last_ns > latest_ns ? last_ns : latest_ns;
	}
	return false;
}

static enum serving serving_of(const struct service *s)
{
	if (!s->conns)
		return SERVING_UNKNOWN;
	if (s->by_children * 2 > s->conns)
		return SERVING_CHILDREN;
	if (s->acceptors.count > 1)
		return SERVING_PROCS;
	if (s->by_threads * 2 > s->conns || s->threads)
		return SERVING_THREADS;
	return s->at_once ? SERVING_LOOP : SERVING_ONE;
}

static void serve(struct canon_listener *l, struct service *s, const struct watching *w)
{
	for (size_t i = 0; i < l->sock->events.count; i++)
		if (waits_at(l->sock->events.items[i], l->sock))
			note_acceptor(s, l->sock->events.items[i]);
	if (s->conns)
		s->at_once = watching_has(w, l->sock) || is_interleaved(l->sock);
	l->serving = serving_of(s);
	l->procs = (unsigned)s->acceptors.count;
	l->conns = s->conns;
	map_free(&s->acceptors);
}

void serving_find(struct canon *c)
{
	struct service *services = mem_zeroed(mem_product(c->listeners.count + 1, sizeof *services));
	struct watching w = {0};

	watching_find(&w, c);
	for (size_t i = 0; i < c->conns.count; i++)
		if (c->conns.items[i].listener != SIZE_MAX && c->conns.items[i].conn)
			note_conn(&services[c->conns.items[i].listener], c->conns.items[i].conn);
	for (size_t i = 0; i < c->listeners.count; i++)
		serve(&c->listeners.items[i], &services[i], &w);
	watching_free(&w);
	free(services);
}
