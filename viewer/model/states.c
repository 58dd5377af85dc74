/* states.c: what each socket was when: bound, connected, half-closed, and who held it open. */
#include <string.h>

#include "viewer/base/work.h"
#include "viewer/model/steps.h"

/* One socket's life while its events are gone through. */
struct life {
	struct sock *sock;
	enum sock_state state, before;   /* before: it was told to connect */
	bool ended[2];                   /* the direction out, the direction in */
	VEC(struct sock_change) changes; /* in the arena, the socket's in the end */
	struct arena *arena;
};

enum { OUT, IN };

static void enter(struct life *l, enum sock_state state, const struct event *e, uint64_t at_ns)
{
	struct sock_change change = {.at_ns = at_ns, .event = e, .state = state};

	if (l->state == state && l->changes.count)
		return;
	l->state = state;
	vec_push_in(l->arena, &l->changes, change);
}

static void begin(struct life *l, const struct event *e)
{
	bool connected = event_is_accept(e) || e->call == CALL_socketpair;

	enter(l, connected ? STATE_CONNECTED : STATE_UNCONNECTED, e, event_end_ns(e));
}

/* Only the first line that tells of it counts: a later one is of a process that has it too. */
static void inherit(struct life *l, const struct event *e)
{
	const char *state = l->changes.count ? NULL : event_text(e, "state");

	if (!state)
		return;
	if (strcmp(state, "listening") == 0)
		enter(l, STATE_LISTENING, e, e->t_ns);
	else if (strcmp(state, "connected") == 0)
		enter(l, STATE_CONNECTED, e, e->t_ns);
	else
		enter(l, STATE_UNCONNECTED, e, e->t_ns);
}

static void connect_to(struct life *l, const struct event *e)
{
	if (l->state == STATE_UNCONNECTED || l->state == STATE_BOUND) {
		l->before = l->state;
		enter(l, STATE_CONNECTING, e, e->t_ns);
	}
	if (l->state != STATE_CONNECTING || e->kind == EVENT_PENDING || event_is_under_way(e))
		return;
	enter(l, !e->err || text_is(e->err, "EISCONN") ? STATE_CONNECTED : l->before, e, event_end_ns(e));
}

/* connect to AF_UNSPEC takes the peer away: connect(2). */
static bool disconnects(const struct event *e)
{
	return !e->err && e->kind == EVENT_CALL && e->addr && text_is(e->addr->family, "AF_UNSPEC");
}

static void ask_error(struct life *l, const struct event *e)
{
	const char *value;

	if (l->state != STATE_CONNECTING || e->err || !text_is(event_arg_text(e, "optname"), "SO_ERROR"))
		return;
	value = event_text(e, "optval");
	if (value)
		enter(l, strcmp(value, "0") == 0 ? STATE_CONNECTED : l->before, e, event_end_ns(e));
}

static void end_direction(struct life *l, int direction, const struct event *e, uint64_t at_ns)
{
	l->ended[direction] = true;
	if (l->state == STATE_CONNECTED || l->state == STATE_HALF_CLOSED)
		enter(l, l->ended[OUT] && l->ended[IN] ? STATE_CLOSED : STATE_HALF_CLOSED, e, at_ns);
}

static void shut_down(struct life *l, const struct event *e)
{
	const char *how = e->err ? NULL : event_arg_text(e, "how");
	bool both = text_is(how, "SHUT_RDWR");

	if (!how)
		return;
	if (l->state == STATE_LISTENING) {
		enter(l, STATE_UNCONNECTED, e, e->t_ns);
		return;
	}
	l->ended[OUT] |= both;
	l->ended[IN] |= both;
	end_direction(l, text_is(how, "SHUT_RD") ? IN : OUT, e, e->t_ns);
}

static void move_bytes(struct life *l, const struct event *e)
{
	bool eof = e->conn && e->side != SIDE_NONE && e->conn->ends[e->side].eof_seen == e;

	if (l->state == STATE_CONNECTING && !e->err && e->ret > 0)
		enter(l, STATE_CONNECTED, e, event_end_ns(e));
	if (eof)
		end_direction(l, IN, e, event_end_ns(e));
	else if (text_is(e->err, "ECONNRESET") && (l->state == STATE_CONNECTED || l->state == STATE_HALF_CLOSED))
		enter(l, STATE_CLOSED, e, event_end_ns(e));
}

static void live(struct life *l, const struct event *e)
{
	if (e == l->sock->made)
		begin(l, e);
	else if (e->kind == EVENT_INHERIT)
		inherit(l, e);
	else if (event_connects(e))
		disconnects(e) ? enter(l, STATE_UNCONNECTED, e, event_end_ns(e)) : connect_to(l, e);
	else if (e->kind != EVENT_CALL)
		return;
	else if (e->call == CALL_bind && !e->err && l->state == STATE_UNCONNECTED)
		enter(l, STATE_BOUND, e, event_end_ns(e));
	else if (e->call == CALL_listen && !e->err)
		enter(l, STATE_LISTENING, e, event_end_ns(e));
	else if (e->call == CALL_getsockopt)
		ask_error(l, e);
	else if (e->call == CALL_shutdown)
		shut_down(l, e);
	else if (event_is_read(e) || event_is_write(e))
		move_bytes(l, e);
}

static void tell(struct sock *s, struct arena *a)
{
	struct life l = {.sock = s, .arena = a, .state = STATE_UNCONNECTED, .before = STATE_UNCONNECTED};

	for (size_t i = 0; i < s->events.count; i++)
		live(&l, s->events.items[i]);
	if (s->gone)
		enter(&l, STATE_CLOSED, s->gone, s->held_ns);
	s->nchanges = (unsigned)l.changes.count;
	s->changes = l.changes.items;
}

static void tell_some(void *context, size_t worker, size_t from, size_t to)
{
	struct build *b = context;

	for (size_t i = from; i < to; i++)
		tell(b->t->socks.items[i], b->hands[worker]);
}

void build_states(struct build *b)
{
	work_ranges(b->t->socks.count, BUILD_AT_A_TIME, tell_some, b);
}

const char *sock_state_name(enum sock_state state)
{
	static const char *const names[] = {
		[STATE_UNCONNECTED] = "unconnected", [STATE_BOUND] = "bound",
		[STATE_LISTENING] = "listening",     [STATE_CONNECTING] = "connecting",
		[STATE_CONNECTED] = "connected",     [STATE_HALF_CLOSED] = "half-closed",
		[STATE_CLOSED] = "closed",
	};

	return names[state];
}

enum sock_state sock_state_at(const struct sock *s, uint64_t at_ns)
{
	enum sock_state state = STATE_UNCONNECTED;

	for (unsigned i = 0; i < s->nchanges && s->changes[i].at_ns <= at_ns; i++)
		state = s->changes[i].state;
	return state;
}

bool sock_is_held(const struct sock *s, uint64_t at_ns)
{
	return sock_next_holder(s, NULL, at_ns) && (!s->gone || s->held_ns > at_ns);
}

const struct descriptor *sock_next_holder(const struct sock *s, const struct descriptor *after, uint64_t at_ns)
{
	for (const struct descriptor *d = after ? after->next : s->descriptors; d; d = d->next)
		if (d->born_ns <= at_ns && d->gone_ns > at_ns)
			return d;
	return NULL;
}

const struct descriptor *sock_still_held(const struct event *close)
{
	const struct descriptor *d = close->socket ? close->socket->descriptors : NULL;

	while (d && d->closed != close)
		d = d->next;
	return d ? sock_next_holder(close->socket, NULL, d->gone_ns) : NULL;
}
