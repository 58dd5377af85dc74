/* phases.c: which of the lesson's five phases each call belongs to. */
#include "viewer/base/work.h"
#include "viewer/model/steps.h"

static bool is_start(const struct event *e)
{
	return e->call == CALL_getaddrinfo || e->call == CALL_socket || e->call == CALL_bind || event_connects(e) ||
	       event_is_accept(e) || e->call == CALL_socketpair;
}

/* The act of either side that said first that no more will come; *first is who. */
static const struct event *first_eof(const struct conn *c, enum side *first)
{
	const struct event *client = c->ends[SIDE_CLIENT].eof_sent, *server = c->ends[SIDE_SERVER].eof_sent;
	bool is_server = server && (!client || server->t_ns < client->t_ns);

	*first = is_server ? SIDE_SERVER : SIDE_CLIENT;
	return is_server ? server : client;
}

/* A read takes effect when it returns: the one that found the end may have begun long before it. */
static uint64_t effect_ns(const struct event *e)
{
	return event_is_read(e) ? event_end_ns(e) : e->t_ns;
}

static bool is_drop(const struct event *e, const struct conn *c, enum side first)
{
	const struct event *drop = c->ends[first == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT].eof_sent;

	return drop && effect_ns(e) >= drop->t_ns;
}

/* From the first end of file on, the connection only goes forward: whatever is read then is part of disconnecting. */
static enum phase phase_in(const struct event *e, const struct conn *c)
{
	const struct event *begun = c->ends[SIDE_CLIENT].made ? c->ends[SIDE_CLIENT].made : c->ends[SIDE_SERVER].made;
	const struct event *eof;
	enum side first;

	if (is_start(e) || (begun && e->side == SIDE_CLIENT && e->t_ns < begun->t_ns))
		return PHASE_START_CLIENT;
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
		return PHASE_START_CLIENT;
	eof = first_eof(c, &first);
	if (c->kind == CONN_DATAGRAM && event_is_close(e))
		return e->side == SIDE_CLIENT ? PHASE_DISCONNECT : PHASE_DROP;
	if (!eof || effect_ns(e) < eof->t_ns)
		return PHASE_EXCHANGE;
	return is_drop(e, c, first) ? PHASE_DROP : PHASE_DISCONNECT;
}

/* What a listening socket went through, its end excepted; its accepts until they are answered. */
static bool starts_server(const struct event *e, const struct sock *s)
{
	if (!s || !(s->listener || s->serves) || event_is_close(e))
		return false;
	if (s->serves && (event_is_read(e) || event_is_write(e)))
		return e->kind == EVENT_PENDING;
	return e->kind == EVENT_CALL || e->kind == EVENT_PENDING;
}

static void tell_some(void *context, size_t worker, size_t from, size_t to)
{
	struct conn *const *conns = ((struct build *)context)->t->conns.items;

	(void)worker;
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < conns[i]->events.count; k++)
			conns[i]->events.items[k]->phase = phase_in(conns[i]->events.items[k], conns[i]);
}

static const struct sock *sock_made(const struct event *e, struct build *b)
{
	return e->socket ? e->socket : build_sock(b, e->proc, e->more->made[0].sock);
}

static void start(struct event *e, const struct sock *s)
{
	if (e->conn || !starts_server(e, s))
		return;
	e->phase = PHASE_START_SERVER;
	e->side = SIDE_SERVER;
}

void build_phases(struct build *b)
{
	work_ranges(b->t->conns.count, BUILD_AT_A_TIME, tell_some, b);
	for (size_t i = 0; i < b->t->landmarks.count; i++)
		start(b->t->landmarks.items[i], sock_made(b->t->landmarks.items[i], b));
	for (size_t i = 0; i < b->t->socks.count; i++) {
		const struct sock *s = b->t->socks.items[i];

		for (size_t k = 0; (s->listener || s->serves) && k < s->events.count; k++)
			if (s->events.items[k]->is_plain)
				start(s->events.items[k], s);
	}
}
