/* phases.c: which of the lesson's five phases each call belongs to. */
#include "viewer/base/work.h"
#include "viewer/model/steps.h"

static bool is_start(const struct event *e)
{
	return e->call == CALL_getaddrinfo || e->call == CALL_socket || e->call == CALL_bind || event_connects(e) ||
	       event_is_accept(e) || e->call == CALL_socketpair;
}

/* A read takes effect when it returns: the one that found the end may have begun long before it. */
static uint64_t effect_ns(const struct event *e)
{
	return event_is_read(e) ? event_end_ns(e) : e->t_ns;
}

/* From the first end of file on, the connection only goes forward: whatever is read then is part of disconnecting. */
static enum phase phase_in(const struct event *e, const struct conn *c)
{
	const struct event *begun = c->ends[SIDE_CLIENT].made ? c->ends[SIDE_CLIENT].made : c->ends[SIDE_SERVER].made;
	uint64_t client_ns, server_ns;

	if (is_start(e) || (begun && e->side == SIDE_CLIENT && e->t_ns < begun->t_ns))
		return PHASE_START_CLIENT;
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
		return PHASE_START_CLIENT;
	if (c->kind == CONN_DATAGRAM && event_is_close(e))
		return e->side == SIDE_CLIENT ? PHASE_DISCONNECT : PHASE_DROP;
	client_ns = conn_ended_ns(c, SIDE_CLIENT);
	server_ns = conn_ended_ns(c, SIDE_SERVER);
	if (effect_ns(e) < client_ns && effect_ns(e) < server_ns)
		return PHASE_EXCHANGE;
	return effect_ns(e) < client_ns || effect_ns(e) < server_ns ? PHASE_DISCONNECT : PHASE_DROP;
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
