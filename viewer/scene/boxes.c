/* boxes: fill each box of the lesson's diagram with the call that it stands for. */
#include "viewer/scene/boxes.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/scene/rio.h"
#include "viewer/scene/words.h"

static void done(const struct subject *s, struct box *b, const struct event *e, const char *fact)
{
	b->state = e->kind == EVENT_PENDING ? BOX_WAITING : event_failed(e) ? BOX_FAILED : BOX_DONE;
	b->fact = event_failed(e)
			  ? arena_printf(s->trace->arena, "%d %s", e->fd, escape_string(s->trace->arena, e->err))
			  : fact;
	b->source = words_site(s->trace, e);
	b->count++;
}

/* A transfer's box bears the name of the rio function that made the call, if one did; else the plain call's. */
static void done_transfer(const struct subject *s, struct box *b, const struct event *e, const char *fact)
{
	const char *function = rio_function(s->trace, e);
	struct arena *a = s->trace->arena;

	b->name = event_call_name(e);
	if (function) {
		b->name = escape_string(a, function);
		fact = arena_printf(a, "%s %s", event_call_name(e), fact);
	}
	done(s, b, e, fact);
}

static bool is_ancestor(const struct process *p, const struct process *of)
{
	for (; of; of = of->parent ? of->parent : of->image_of)
		if (of == p)
			return true;
	return false;
}

static const struct process *maker(const struct sock *sock)
{
	return sock && sock->made ? sock->made->proc : NULL;
}

/* "localhost:15213". */
static const char *asked_words(struct arena *a, const struct event *e)
{
	const char *node = event_arg_text(e, "node"), *service;

	node = node && strcmp(node, "null") != 0 ? escape_string(a, node) : "*";
	service = event_arg_text(e, "service");
	return service && strcmp(service, "null") != 0 ? arena_printf(a, "%s:%s", node, escape_string(a, service))
						       : node;
}

/* By clients of the connections that count, before they made their socket. */
static unsigned count_lookups(const struct subject *s)
{
	unsigned count = 0;

	for (size_t i = 0; i < s->trace->events.count; i++) {
		const struct event *e = s->trace->events.items[i];
		const struct conn *c = e->call == CALL_getaddrinfo && e->socket ? e->socket->conn : NULL;

		count += c && boxes_door(c) == s->listener && c->ends[SIDE_CLIENT].sock == e->socket;
	}
	return count;
}

static void fill_getaddrinfo(const struct subject *s, struct box *b)
{
	const struct sock *sock = b->side == SIDE_CLIENT ? s->socks[SIDE_CLIENT] : s->listener;
	const struct process *p = maker(sock);
	struct arena *a = s->trace->arena;

	for (size_t i = 0; p && i < s->trace->events.count; i++) {
		const struct event *e = s->trace->events.items[i];

		if (e->t_ns > sock->made->t_ns)
			break;
		if (e->call != CALL_getaddrinfo || !is_ancestor(e->proc, p))
			continue;
		done(s, b, e, asked_words(a, e));
	}
	if (!b->count)
		boxes_empty(s, b, p != NULL, "not called");
	else if (b->side == SIDE_CLIENT && s->all.count > 1)
		b->count = count_lookups(s);
}

static void fill_socket(const struct subject *s, struct box *b)
{
	const struct sock *sock = b->side == SIDE_CLIENT ? s->socks[SIDE_CLIENT] : s->listener;
	struct arena *a = s->trace->arena;

	if (!sock || !sock->made) {
		boxes_empty(s, b, false, NULL);
		return;
	}
	b->name = event_call_name(sock->made);
	done(s, b, sock->made,
	     arena_printf(a, "= %d %s", sock->made_fd, words_socket_kind(a, sock->family, sock->type)));
}

const struct event *boxes_last_call(const struct sock *sock, enum call_id call)
{
	for (size_t i = sock ? sock->events.count : 0; i-- > 0;)
		if (sock->events.items[i]->call == call)
			return sock->events.items[i];
	return NULL;
}

static void fill_bind(const struct subject *s, struct box *b)
{
	const struct sock *l = s->listener;
	const struct event *e = l && l->bound ? l->bound : boxes_last_call(l, CALL_bind);

	if (e)
		done(s, b, e, arena_printf(s->trace->arena, "%d %s", e->fd, words_address(s->trace->arena, e->addr)));
	else if (s->kind == CONN_DATAGRAM)
		boxes_empty(s, b, l && l->made, "not bound");
	else
		boxes_unconnected(s, b, l && l->made, "not bound");
}

static void fill_listen(const struct subject *s, struct box *b)
{
	const struct sock *l = s->listener;
	const struct event *e = l && l->listened ? l->listened : boxes_last_call(l, CALL_listen);
	int64_t backlog;

	if (!e)
		boxes_unconnected(s, b, l && l->made, "not called");
	else if (event_arg_int(e, "backlog", &backlog))
		done(s, b, e, arena_printf(s->trace->arena, "%d backlog %" PRId64, e->fd, backlog));
	else
		done(s, b, e, arena_printf(s->trace->arena, "%d", e->fd));
}

static void fill_connect(const struct subject *s, struct box *b)
{
	const struct event *e = s->conn ? s->conn->ends[SIDE_CLIENT].made : NULL;
	struct arena *a = s->trace->arena;

	if (e && event_connects(e))
		done(s, b, e, arena_printf(a, "%d %s", e->fd, words_end(a, s->conn, SIDE_SERVER)));
	else if (s->procs[SIDE_CLIENT])
		boxes_unconnected(s, b, false, NULL);
	else
		boxes_empty(s, b, false, NULL);
}

static const struct event *pending_call(const struct sock *listener, bool (*is_kind)(const struct event *))
{
	for (size_t i = 0; listener && i < listener->events.count; i++) {
		const struct event *e = listener->events.items[i];

		if (is_kind(e) && e->kind == EVENT_PENDING && !e->abandoned)
			return e;
	}
	return NULL;
}

static void fill_accept(const struct subject *s, struct box *b)
{
	const struct event *e = s->conn ? s->conn->ends[SIDE_SERVER].made : pending_call(s->listener, event_is_accept);
	struct arena *a = s->trace->arena;

	if (e && e->kind == EVENT_INHERIT)
		boxes_unconnected(s, b, false, NULL);
	else if (!e || !event_is_accept(e))
		boxes_unconnected(s, b, boxes_seen(s, SIDE_SERVER), s->conn ? "did not take it" : "not called");
	else if (e->kind == EVENT_PENDING)
		done(s, b, e, arena_printf(a, "%d waits", e->fd));
	else
		done(s, b, e, arena_printf(a, "%d = %d", e->fd, e->more->made[0].fd));
}

static bool moves(const struct event *e, enum side side, bool (*is_kind)(const struct event *))
{
	return e->side == side && is_kind(e) && !event_is_eof(e) && !(e->kind == EVENT_CALL && e->ret <= 0);
}

/* Reads or writes that moved bytes on one side: the first, how often, how much, in all connections that count. */
static void fill_transfer(const struct subject *s, struct box *b, bool (*is_kind)(const struct event *),
			  const char *none)
{
	struct arena *a = s->trace->arena;
	uint64_t bytes = 0;
	unsigned count = 0;

	for (size_t c = 0; c < s->all.count; c++)
		for (size_t i = 0; i < s->all.items[c]->events.count; i++) {
			const struct event *e = s->all.items[c]->events.items[i];

			if (!moves(e, b->side, is_kind))
				continue;
			if (!b->count && s->all.items[c] == s->conn)
				done_transfer(s, b, e, arena_printf(a, "%d", e->fd));
			count++;
			bytes += e->kind == EVENT_CALL ? (uint64_t)e->ret : 0;
		}
	if (!b->count)
		boxes_empty(s, b, boxes_seen(s, b->side) && s->conn, none);
	else
		b->fact = arena_printf(a, "%s  %" PRIu64 " B", b->fact, bytes);
	if (b->count)
		b->count = count;
}

/* No call moved anything, and yet bytes moved. */
static void tell_unseen(const struct subject *s, struct box *b, uint64_t bytes)
{
	if (!bytes || b->count)
		return;
	b->state = BOX_UNTRACED;
	b->fact = arena_printf(s->trace->arena, "%" PRIu64 " B unseen (stdio?)", bytes);
}

static void fill_write(const struct subject *s, struct box *b)
{
	fill_transfer(s, b, event_is_write, "nothing written");
	tell_unseen(s, b, s->conn ? s->conn->ends[b->side].wrote_unseen : 0);
}

static void fill_read(const struct subject *s, struct box *b)
{
	bool serves = s->kind == CONN_DATAGRAM && b->side == SIDE_SERVER;
	const struct event *e = serves ? pending_call(s->listener, event_is_read) : NULL;

	fill_transfer(s, b, event_is_read, "nothing read");
	tell_unseen(s, b, s->conn ? s->conn->ends[b->side].read_unseen : 0);
	if (e && !b->count)
		done_transfer(s, b, e, arena_printf(s->trace->arena, "%d waits", e->fd));
}

static void fill_eof(const struct subject *s, struct box *b)
{
	const struct event *e = s->conn ? s->conn->ends[SIDE_SERVER].eof_seen : NULL;

	if (e) {
		done_transfer(s, b, e, arena_printf(s->trace->arena, "%d  EOF", e->fd));
		return;
	}
	if (s->kind == CONN_DATAGRAM)
		boxes_empty(s, b, true, "datagrams have no EOF");
	else
		boxes_empty(s, b, boxes_seen(s, SIDE_SERVER) && s->conn,
			    s->conn && conn_ended_by_server(s->conn) ? "the server ended first" : "saw no EOF");
}

static const struct event *close_of(const struct conn *c, enum side side)
{
	const struct event *last = NULL;
	const struct sock *shared = c && c->kind == CONN_DATAGRAM && side == SIDE_SERVER ? boxes_door(c) : NULL;

	/* What many send to is closed once for all of them. */
	if (shared)
		return shared->closed;
	for (size_t i = 0; c && i < c->events.count; i++) {
		const struct event *e = c->events.items[i];

		if (e->side == side && event_is_close(e) && !e->err)
			last = e;
	}
	return last ? last : c && conn_end_is_dated(c, side) ? c->ends[side].eof_sent : NULL;
}

static void fill_close(const struct subject *s, struct box *b)
{
	const struct event *e = close_of(s->conn, b->side);
	const struct process *p = boxes_seen(s, b->side) ? s->procs[b->side] : NULL;

	if (e && e->kind == EVENT_CALL) {
		const struct event *eof = s->conn->ends[b->side].eof_sent;

		b->name = eof && eof != e && eof->call == CALL_shutdown
				  ? "shutdown, close"
				  : escape_string(s->trace->arena, event_call_name(e));
		done(s, b, e, arena_printf(s->trace->arena, "%d", e->fd));
		return;
	}
	if (p && s->conn && p->ending != END_RUNNING)
		boxes_empty(s, b, true, "left to the exit");
	else
		boxes_empty(s, b, p && s->conn, "still open");
}

/* What of a connection is one time more in a box. */
static bool has_client(const struct conn *c, enum side side)
{
	(void)side;
	return c->ends[SIDE_CLIENT].proc;
}

static bool was_made(const struct conn *c, enum side side)
{
	const struct event *made = c->ends[side].made;

	return made && (side == SIDE_CLIENT ? event_connects(made) : event_is_accept(made)) && !event_failed(made);
}

static bool saw_eof(const struct conn *c, enum side side)
{
	return c->ends[side].eof_seen;
}

static bool was_closed(const struct conn *c, enum side side)
{
	const struct event *e = close_of(c, side);

	return e && e->kind == EVENT_CALL;
}

static const struct {
	enum side side;
	unsigned row;
	const char *name;
	void (*fill)(const struct subject *s, struct box *b);
	bool (*counts)(const struct conn *c, enum side side); /* once for each such connection; NULL: as filled */
} plan[DIAGRAM_BOXES] = {
	[C_GETADDRINFO] = {SIDE_CLIENT, 0, "getaddrinfo", fill_getaddrinfo, NULL},
	[C_SOCKET] = {SIDE_CLIENT, 1, "socket", fill_socket, has_client},
	[C_CONNECT] = {SIDE_CLIENT, 4, "connect", fill_connect, was_made},
	[C_WRITE] = {SIDE_CLIENT, 5, "rio_writen", fill_write, NULL},
	[C_READ] = {SIDE_CLIENT, 6, "rio_readlineb", fill_read, NULL},
	[C_CLOSE] = {SIDE_CLIENT, 7, "close", fill_close, was_closed},
	[S_GETADDRINFO] = {SIDE_SERVER, 0, "getaddrinfo", fill_getaddrinfo, NULL},
	[S_SOCKET] = {SIDE_SERVER, 1, "socket", fill_socket, NULL},
	[S_BIND] = {SIDE_SERVER, 2, "bind", fill_bind, NULL},
	[S_LISTEN] = {SIDE_SERVER, 3, "listen", fill_listen, NULL},
	[S_ACCEPT] = {SIDE_SERVER, 4, "accept", fill_accept, was_made},
	[S_READ] = {SIDE_SERVER, 5, "rio_readlineb", fill_read, NULL},
	[S_WRITE] = {SIDE_SERVER, 6, "rio_writen", fill_write, NULL},
	[S_EOF] = {SIDE_SERVER, 7, "rio_readlineb", fill_eof, saw_eof},
	[S_CLOSE] = {SIDE_SERVER, 8, "close", fill_close, was_closed},
};

static unsigned count_all(const struct subject *s, unsigned box)
{
	unsigned count = 0;

	for (size_t i = 0; i < s->all.count; i++)
		count += plan[box].counts(s->all.items[i], plan[box].side);
	return count;
}

/* To this listener nobody came: what would follow did not happen, and nothing of it was missed. */
static void leave_empty(struct diagram *d, const struct subject *s)
{
	const char *why = s->listener->listener ? "nobody came" : "did not happen";

	for (unsigned i = 0; i < DIAGRAM_BOXES; i++)
		if (d->boxes[i].state == BOX_UNTRACED && (d->boxes[i].side == SIDE_CLIENT || i > S_LISTEN))
			boxes_empty(s, &d->boxes[i], true, why);
}

void boxes_fill(struct diagram *d, const struct subject *s)
{
	for (unsigned i = 0; i < DIAGRAM_BOXES; i++) {
		struct box *b = &d->boxes[i];

		*b = (struct box){.side = plan[i].side, .row = plan[i].row, .name = plan[i].name};
		plan[i].fill(s, b);
		if (b->count && plan[i].counts && !(b->side == SIDE_SERVER && s->kind == CONN_DATAGRAM))
			b->count = count_all(s, i);
	}
	if (!s->conn)
		leave_empty(d, s);
}
