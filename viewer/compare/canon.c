/* canon: the canonical form of a trace. */
#include "viewer/compare/canon.h"

#include <unistd.h>

#include "viewer/base/sort.h"
#include "viewer/compare/making.h"

static bool is_libcs(const struct sock *s)
{
	return s && s->made && text_equals(s->made->via, "libc");
}

/* Standard input, output and error that whoever started the program had as sockets are no doing of its own. */
static bool is_surroundings(const struct sock *s)
{
	const struct event *first = s && s->events.count ? s->events.items[0] : NULL;

	return first && !s->made && first->kind == EVENT_INHERIT && text_equals(first->via, "untraced") &&
	       first->fd <= STDERR_FILENO && text_equals(s->family, "AF_UNIX");
}

static bool is_left_out(const struct sock *s)
{
	return is_libcs(s) || is_surroundings(s);
}

/* Which sockets are told where. */

struct sorting {
	struct making m;
	struct attempts attempts;
	struct map ends; /* sockets that are an end of a connection */
};

static bool same_pointer(const void *value, const void *key)
{
	return value == key;
}

static uint64_t hash_sock(const struct sock *s)
{
	return hash_number(0, (uintptr_t)s);
}

static void note_ends(struct sorting *s, const struct trace *t)
{
	for (size_t i = 0; i < t->conns.count; i++)
		for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
			struct sock *sock = t->conns.items[i]->ends[side].sock;

			if (sock && !map_find(&s->ends, hash_sock(sock), same_pointer, sock))
				map_add(&s->ends, hash_sock(sock), sock);
		}
}

static bool is_end(const struct sorting *s, const struct sock *sock)
{
	return map_find(&s->ends, hash_sock(sock), same_pointer, sock) != NULL;
}

/* It is one by what was tried: a server that forgot listen has a listener too, with a step missing. */
static bool is_meant_to_listen(const struct sock *s)
{
	if (s->listener)
		return true;
	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (event_is_accept(e) && e->socket == s)
			return true;
		if (e->call == CALL_bind && text_equals(s->type, "SOCK_STREAM"))
			return true;
		if (e->call == CALL_listen)
			return true;
	}
	return false;
}

static bool takes_datagrams(const struct sock *s)
{
	return text_equals(s->type, "SOCK_DGRAM") && s->bound;
}

/* Who accepts, else who made it. */
static const struct process *owner_of(const struct sock *s)
{
	const struct event *first = s->made;

	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (event_is_accept(e) && e->socket == s)
			return e->proc;
		first = first ? first : e;
	}
	return first ? first->proc : NULL;
}

static void add_listener(struct sorting *s, const struct sock *sock)
{
	struct canon_listener l = {.sock = sock, .datagrams = !sock->listener && takes_datagrams(sock)};

	l.own = row_of_socket(&s->m, sock, owner_of(sock));
	vec_push(&s->m.c->listeners, l);
}

static void add_loose(struct sorting *s, const struct sock *sock)
{
	struct canon_conn c = {.sock = sock, .listener = SIZE_MAX};

	c.ends[SIDE_CLIENT] = row_of_socket(&s->m, sock, owner_of(sock));
	c.ends[SIDE_SERVER].fate = FATE_NONE;
	if (!c.ends[SIDE_CLIENT].count)
		return;
	vec_push(&s->m.c->conns, c);
}

static void add_sock(struct sorting *s, const struct sock *sock)
{
	bool end = is_end(s, sock);

	if (is_left_out(sock) || attempts_abandoned(&s->attempts, sock) || !sock->events.count)
		return;
	if ((!end && is_meant_to_listen(sock)) || sock->listener)
		add_listener(s, sock);
	else if (takes_datagrams(sock) && (!end || sock->conn->ends[SIDE_SERVER].sock == sock))
		add_listener(s, sock);
	else if (!end)
		add_loose(s, sock);
}

/* Listeners in an order of their own, so that L1 is L1 in every run. */

struct ranked {
	const struct canon *c;
	struct canon_listener listener;
};

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static const char *address_words(const struct sock *s)
{
	return s->local ? canon_place_of_listener(s->local) : "";
}

static bool ranks_before(const void *a, const void *b)
{
	const struct canon_listener *l = &((const struct ranked *)a)->listener;
	const struct canon_listener *r = &((const struct ranked *)b)->listener;
	int order = l->datagrams - r->datagrams;

	order = order ? order : compare_text(l->sock->family, r->sock->family);
	order = order ? order : compare_text(l->sock->type, r->sock->type);
	order = order ? order : compare_text(address_words(l->sock), address_words(r->sock));
	return order < 0;
}

static void rank_listeners(struct canon *c)
{
	size_t count = c->listeners.count;
	struct ranked *ranked = arena_alloc(c->arena, (count + 1) * sizeof *ranked);
	struct ranked **order = arena_alloc(c->arena, (count + 1) * sizeof *order);

	for (size_t i = 0; i < count; i++) {
		ranked[i] = (struct ranked){.c = c, .listener = c->listeners.items[i]};
		order[i] = &ranked[i];
	}
	sort_stable(order, count, ranks_before);
	for (size_t i = 0; i < count; i++) {
		c->listeners.items[i] = order[i]->listener;
		c->listeners.items[i].name = arena_printf(c->arena, "L%zu", i + 1);
	}
}

/* Connections */

static void map_listeners(struct sorting *s)
{
	struct canon *c = s->m.c;

	for (size_t i = 0; i < c->listeners.count; i++)
		map_add(&s->m.listeners, hash_sock(c->listeners.items[i].sock), &c->listeners.items[i]);
}

static bool same_listener(const void *value, const void *key)
{
	return ((const struct canon_listener *)value)->sock == key;
}

static size_t listener_of(const struct sorting *s, const struct conn *conn)
{
	const struct sock *sock = conn->listener ? conn->listener : conn->ends[SIDE_SERVER].sock;
	const struct canon_listener *l = sock ? map_find(&s->m.listeners, hash_sock(sock), same_listener, sock) : NULL;

	return l ? (size_t)(l - s->m.c->listeners.items) : SIZE_MAX;
}

static void add_conn(struct sorting *s, const struct conn *conn)
{
	const struct sock *client = conn->ends[SIDE_CLIENT].sock, *server = conn->ends[SIDE_SERVER].sock;
	struct canon_conn c = {.conn = conn, .sock = client ? client : server};

	if (is_left_out(client) || is_left_out(server) || s->attempts.given_up[conn->id - 1])
		return;
	c.listener = listener_of(s, conn);
	c.tried = s->attempts.tried[conn->id - 1];
	s->m.conn = &c;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		row_of_end(&s->m, side);
	s->m.conn = NULL;
	vec_push(&s->m.c->conns, c);
}

static void build(struct sorting *s, struct trace *t)
{
	fates_find(&s->m.fates, t);
	strays_find(&s->m.strays, t, s->m.c->arena);
	attempts_find(&s->attempts, t, s->m.c->arena);
	note_ends(s, t);
	for (size_t i = 0; i < t->socks.count; i++)
		add_sock(s, t->socks.items[i]);
	rank_listeners(s->m.c);
	map_listeners(s);
	for (size_t i = 0; i < t->conns.count; i++)
		add_conn(s, t->conns.items[i]);
}

static void release(struct sorting *s)
{
	fates_free(&s->m.fates);
	strays_free(&s->m.strays);
	attempts_free(&s->attempts);
	map_free(&s->ends);
	map_free(&s->m.listeners);
	vec_free(&s->m.drafts);
	vec_free(&s->m.turns[SIDE_CLIENT]);
	vec_free(&s->m.turns[SIDE_SERVER]);
	buf_free(&s->m.data);
}

uint64_t canon_limit(const struct trace *t)
{
	uint64_t limit = UINT64_MAX;

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (e->kind != EVENT_CALL || e->ret <= 0 || e->data_len >= (uint64_t)e->ret || e->data_len >= limit)
			continue;
		if (e->call < CALL_COUNT && call_table[e->call].result == RESULT_BYTES &&
		    (call_table[e->call].flags & CALL_IO))
			limit = e->data_len;
	}
	return limit;
}

struct canon *canon_new(struct trace *t, struct acts *acts)
{
	struct arena *a = arena_new();
	struct canon *c = arena_alloc(a, sizeof *c);
	struct sorting s = {.m.c = c};

	*c = (struct canon){.trace = t, .acts = acts, .arena = a};
	build(&s, t);
	release(&s);
	serving_find(c);
	doubts_find(c);
	return c;
}

void canon_free(struct canon *c)
{
	if (!c)
		return;
	vec_free(&c->steps);
	vec_free(&c->listeners);
	vec_free(&c->conns);
	vec_free(&c->doubts);
	arena_free(c->arena);
}
