/* conns.c: every connection and every attempt at one, with who made which end. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "trace/names.h"
#include "viewer/base/sort.h"
#include "viewer/model/listeners.h"
#include "viewer/model/steps.h"

/* Steps of connecting, in the order in which they take effect: a connect may be answered from its entry on, an
 * accept takes when it returns. */
struct step {
	uint64_t t_ns;
	struct event *event; /* NULL: a listener appears */
	struct sock *listener;
};

struct maker {
	struct build *b;
	struct pairing *pairing;
	struct unixpair *unixpair;
	struct listeners *listeners; /* of TCP */
	VEC(struct step *) steps;
};

static bool is(const char *text, const char *name)
{
	return text && name && strcmp(text, name) == 0;
}

static bool is_datagram(const struct sock *s)
{
	return is(s->type, "SOCK_DGRAM") || is(s->type, "SOCK_RAW");
}

static struct conn *add_conn(struct maker *m, uint64_t begun_ns)
{
	struct conn *c = arena_alloc(m->b->t->arena, sizeof *c);

	c->begun_ns = begun_ns;
	vec_push(&m->b->t->conns, c);
	return c;
}

static void set_end(struct conn *c, enum side side, struct event *e, struct sock *s, int fd, const struct address *addr)
{
	c->ends[side] = (struct end){.proc = e->proc, .sock = s, .fd = fd, .made = e, .addr = addr};
	s->conn = c;
}

/* Connects */

static enum outcome outcome_of(const struct event *connect)
{
	if (connect->kind == EVENT_PENDING || event_is_under_way(connect))
		return CONN_PENDING;
	if (is(connect->err, "ECONNREFUSED"))
		return CONN_REFUSED;
	return connect->err ? CONN_FAILED : CONN_OPEN;
}

/* A connect that did not block is asked about again: by connect, whose answer counts. */
static void connect_again(struct conn *c, struct event *e)
{
	e->conn = c;
	if (c->outcome == CONN_PENDING)
		c->outcome = is(e->err, "EISCONN") ? CONN_OPEN : outcome_of(e);
}

/* On another machine, whose clock is behind, it has been accepted already. */
static bool was_accepted(struct maker *m, struct event *e)
{
	struct conn *c = e->err ? NULL : pairing_take_earlier(m->pairing, e);

	if (!c)
		return false;
	set_end(c, SIDE_CLIENT, e, e->socket, e->fd, e->local);
	e->conn = c;
	return true;
}

static uint64_t entry_ns(const void *event)
{
	return ((const struct event *)event)->t_ns;
}

/* It got bytes: somebody had accepted it. */
static bool was_answered(const struct event *connect)
{
	const struct sock *s = connect->socket;
	size_t i = sort_below(s->events.items, s->events.count, entry_ns, connect->t_ns + 1);

	for (; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (event_connects(e) && listening_is_asked_anew(e))
			return false;
		if (listening_is_answer(e))
			return true;
	}
	return false;
}

static struct sock *sock_of(const struct listening *l)
{
	return l ? l->who : NULL;
}

static void begin_connect(struct maker *m, struct event *e)
{
	struct conn *c = was_accepted(m, e) ? NULL : add_conn(m, e->t_ns);

	if (!c)
		return;
	set_end(c, SIDE_CLIENT, e, e->socket, e->fd, e->local);
	c->ends[SIDE_SERVER] = (struct end){.fd = -1, .addr = e->peer ? e->peer : e->addr};
	e->conn = c;
	c->outcome = outcome_of(e);
	if (c->outcome == CONN_REFUSED)
		c->missed = sock_of(listeners_missed(m->listeners, e));
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
		return;
	if (is(e->socket->family, "AF_UNIX"))
		unixpair_connect(m->unixpair, c, e, was_answered(e));
	else {
		c->listener = sock_of(listeners_find(m->listeners, e, was_answered(e)));
		pairing_offer(m->pairing, c, SIDE_CLIENT);
	}
}

static void make_connect(struct maker *m, struct event *e)
{
	struct conn *c = e->socket->conn;
	bool open = c && (c->outcome == CONN_PENDING || c->outcome == CONN_OPEN);

	if (is_datagram(e->socket))
		return;
	if (open)
		connect_again(c, e);
	else if (!is(e->err, "EISCONN"))
		begin_connect(m, e);
}

/* getsockopt(SO_ERROR) tells how a connect that did not block ended. */
static void ask_error(struct event *e)
{
	struct conn *c = e->socket->conn;
	int64_t value;

	if (!c || c->outcome != CONN_PENDING || !is(event_arg_text(e, "optname"), "SO_ERROR"))
		return;
	if (event_int(e, "optval", &value))
		c->outcome = value == 0 ? CONN_OPEN : value == ECONNREFUSED ? CONN_REFUSED : CONN_FAILED;
	else if (event_text(e, "optval"))
		c->outcome = is(event_text(e, "optval"), "ECONNREFUSED") ? CONN_REFUSED : CONN_FAILED;
}

/* Accepts, pairs, and what was there before */

static bool is_unix_call(const struct event *e)
{
	return e->kind == EVENT_CALL && e->socket && is(e->socket->family, "AF_UNIX");
}

static bool takes_from_unix(const struct event *e)
{
	return event_is_accept(e) && is_unix_call(e);
}

static bool listens_as_unix(const struct event *e)
{
	return e->call == CALL_listen && !e->err && is_unix_call(e);
}

static void make_accept(struct maker *m, struct event *e)
{
	struct sock *s = build_sock(m->b, e->proc, e->more->made[0].sock);
	struct conn *c;

	if (takes_from_unix(e))
		c = unixpair_accept(m->unixpair, e);
	else
		c = pairing_take(m->pairing, e, SIDE_SERVER);
	if (!c) {
		c = add_conn(m, e->t_ns);
		c->ends[SIDE_CLIENT] = (struct end){.fd = -1, .addr = e->peer};
	}
	if (!c->ends[SIDE_CLIENT].addr)
		c->ends[SIDE_CLIENT].addr = e->peer;
	set_end(c, SIDE_SERVER, e, s, e->more->made[0].fd, e->local);
	c->listener = e->socket;
	c->outcome = CONN_OPEN;
	e->conn = c;
	if (!c->ends[SIDE_CLIENT].made)
		pairing_offer(m->pairing, c, SIDE_SERVER);
}

static void make_pair(struct maker *m, struct event *e)
{
	struct conn *c = add_conn(m, e->t_ns);

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		set_end(c, side, e, build_sock(m->b, e->proc, e->more->made[side].sock), e->more->made[side].fd, NULL);
	e->conn = c;
}

/* Who connected is not recorded: a listener's port or a name belongs to a server, else the lower port does. */
static enum side likely_side(struct maker *m, const struct event *e)
{
	if (e->local && (e->local->path || e->local->abstract))
		return SIDE_SERVER;
	if (e->local && listeners_had(m->listeners, e->proc->boot, e->local->port))
		return SIDE_SERVER;
	return e->local && e->peer && e->local->port < e->peer->port ? SIDE_SERVER : SIDE_CLIENT;
}

static void make_inherited(struct maker *m, struct event *e)
{
	enum side side = SIDE_SERVER, other;
	struct conn *c;

	if (e->socket->conn || is_datagram(e->socket) || !is(event_text(e, "state"), "connected"))
		return;
	c = pairing_take(m->pairing, e, SIDE_SERVER);
	if (!c) {
		side = SIDE_CLIENT;
		c = pairing_take(m->pairing, e, SIDE_CLIENT);
	}
	if (c) {
		set_end(c, side, e, e->socket, e->fd, e->local);
		return;
	}
	side = likely_side(m, e);
	other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
	c = add_conn(m, e->t_ns);
	c->ends[other] = (struct end){.fd = -1, .addr = e->peer};
	set_end(c, side, e, e->socket, e->fd, e->local);
	pairing_offer(m->pairing, c, side);
}

static void plan(struct maker *m, uint64_t t_ns, struct event *e, struct sock *listener)
{
	struct step *s = arena_alloc(m->b->scratch, sizeof *s);

	*s = (struct step){.t_ns = t_ns, .event = e, .listener = listener};
	vec_push(&m->steps, s);
}

static void plan_event(struct maker *m, struct event *e)
{
	if (takes_from_unix(e) || listens_as_unix(e))
		unixpair_foresee(m->unixpair, e);
	if (listens_as_unix(e) && e != e->socket->listened)
		plan(m, e->t_ns, e, NULL);
	if (e->kind == EVENT_PENDING && e->socket && event_connects(e))
		plan(m, e->t_ns, e, NULL);
	if (e->kind == EVENT_INHERIT && e->socket)
		plan(m, e->t_ns, e, NULL);
	if (e->kind != EVENT_CALL)
		return;
	if (e->socket && event_connects(e))
		plan(m, e->t_ns, e, NULL);
	else if (event_is_accept(e) && e->more->made[0].sock)
		plan(m, event_end_ns(e), e, NULL);
	else if (e->call == CALL_socketpair && e->more->made[0].sock && e->more->made[1].sock)
		plan(m, e->t_ns, e, NULL);
	else if (e->call == CALL_getsockopt && e->socket && !e->err)
		plan(m, e->t_ns, e, NULL);
}

/* A listener whose listen was not seen has been there all along. */
static void plan_all(struct maker *m)
{
	struct trace *t = m->b->t;

	for (size_t i = 0; i < t->socks.count; i++)
		if (t->socks.items[i]->listener)
			plan(m, t->socks.items[i]->listened ? t->socks.items[i]->listened->t_ns : 0, NULL,
			     t->socks.items[i]);
	for (size_t i = 0; i < t->landmarks.count; i++)
		plan_event(m, t->landmarks.items[i]);
}

static void begin_listening(struct maker *m, struct sock *s)
{
	struct listening l = listening_of(s);

	for (size_t i = 0; i < s->events.count && s->events.items[i]->t_ns < l.from_ns; i++)
		listening_note_option(&l, s->events.items[i]);
	listeners_add(m->listeners, &l);
}

static void perform(struct maker *m, const struct step *s)
{
	if (s->listener && is(s->listener->family, "AF_UNIX"))
		unixpair_listen(m->unixpair, s->listener);
	else if (s->listener)
		begin_listening(m, s->listener);
	else if (s->event->kind == EVENT_INHERIT)
		make_inherited(m, s->event);
	else if (event_connects(s->event))
		make_connect(m, s->event);
	else if (s->event->call == CALL_socketpair)
		make_pair(m, s->event);
	else if (s->event->call == CALL_listen)
		unixpair_listen_again(m->unixpair, s->event);
	else if (s->event->call == CALL_getsockopt)
		ask_error(s->event);
	else
		make_accept(m, s->event);
}

static bool step_before(const void *a, const void *b)
{
	return ((const struct step *)a)->t_ns < ((const struct step *)b)->t_ns;
}

void build_conns(struct build *b)
{
	struct maker m = {
		.b = b, .listeners = listeners_new(b->scratch), .pairing = pairing_new(b), .unixpair = unixpair_new(b)};

	plan_all(&m);
	sort_stable(m.steps.items, m.steps.count, step_before);
	for (size_t i = 0; i < m.steps.count; i++)
		perform(&m, m.steps.items[i]);
	vec_free(&m.steps);
	listeners_free(m.listeners);
	pairing_free(m.pairing);
	unixpair_free(m.unixpair);
}
