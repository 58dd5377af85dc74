/* serving: how a listener's clients are served: one at a time, by threads, by processes. */
#include <stdlib.h>

#include "viewer/compare/making.h"

/* What the connections of one listener show. */
struct service {
	size_t conns, by_children, by_threads;
	bool at_once; /* one thread is seen to serve several */
	VEC(const struct process *) acceptors;
	VEC(uint32_t) threads; /* that accept, of the first acceptor */
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

static void add_once(struct service *s, const struct event *e)
{
	size_t i;

	for (i = 0; i < s->acceptors.count && s->acceptors.items[i] != e->proc; i++)
		;
	if (i == s->acceptors.count)
		vec_push(&s->acceptors, e->proc);
	if (!event_is_accept(e) || e->proc != s->acceptors.items[0])
		return;
	for (i = 0; i < s->threads.count && s->threads.items[i] != e->tid; i++)
		;
	if (i == s->threads.count)
		vec_push(&s->threads, e->tid);
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

/* Waiting for clients and for what they send in one place */

static bool has_number(const char *json, int fd)
{
	for (const char *at = json; *at; at++) {
		char *end;

		if (*at < '0' || *at > '9')
			continue;
		if (strtol(at, &end, 10) == fd)
			return true;
		at = end - 1;
	}
	return false;
}

static bool is_conn_of(const struct event *e, const struct sock *listener)
{
	return e->socket && e->socket->accepted_from == listener;
}

/* poll's and select's sets hold the numbers of descriptors, and in the case of poll nothing else that is a number. */
static bool watches_listener(const struct event *e, const struct sock *listener)
{
	const char *names[] = {"fds", "readfds"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *set = event_arg_text(e, names[i]);
		bool has = false, more = set && strchr(set, ',') != NULL;

		for (const struct descriptor *d = listener->descriptors; d && more && !has; d = d->next)
			has = d->proc == e->proc && has_number(set, d->fd);
		if (has)
			return true;
	}
	return false;
}

static bool is_poll(const struct event *e)
{
	return e->call == CALL_poll || e->call == CALL_ppoll || e->call == CALL_select || e->call == CALL_pselect;
}

/* One process that was seen to do it is enough; who never polls more than the listener costs a look at short sets. */
static bool is_watching(const struct trace *t, const struct sock *listener)
{
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		int64_t count;

		if (e->call == CALL_epoll_ctl && is_conn_of(e, listener))
			return true;
		if (!is_poll(e) || !e->args_at)
			continue;
		if (e->call == CALL_poll && event_arg_int(e, "nfds", &count) && count < 2)
			continue;
		if (watches_listener(e, listener))
			return true;
	}
	return false;
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
	if (s->by_threads * 2 > s->conns || s->threads.count > 1)
		return SERVING_THREADS;
	return s->at_once ? SERVING_LOOP : SERVING_ONE;
}

static void serve(struct canon *c, struct canon_listener *l, size_t index)
{
	struct service s = {0};

	for (size_t i = 0; i < l->sock->events.count; i++)
		if (waits_at(l->sock->events.items[i], l->sock))
			add_once(&s, l->sock->events.items[i]);
	for (size_t i = 0; i < c->conns.count; i++)
		if (c->conns.items[i].listener == index && c->conns.items[i].conn)
			note_conn(&s, c->conns.items[i].conn);
	if (s.conns)
		s.at_once = is_watching(c->trace, l->sock) || is_interleaved(l->sock);
	l->serving = serving_of(&s);
	l->procs = (unsigned)s.acceptors.count;
	l->conns = s.conns;
	vec_free(&s.acceptors);
	vec_free(&s.threads);
}

void serving_find(struct canon *c)
{
	for (size_t i = 0; i < c->listeners.count; i++)
		serve(c, &c->listeners.items[i], i);
}
