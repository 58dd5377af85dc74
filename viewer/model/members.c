/* members.c: which call belongs to which connection, on which side. */
#include "viewer/model/steps.h"
#include "viewer/model/thread_map.h"

/* A socket connects again after a refusal: what stands before the first connect belongs to that one. */
static struct conn *first_conn(const struct sock *s)
{
	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (e->conn && e->socket == s && event_connects(e))
			return e->conn;
	}
	return s->conn;
}

static enum side side_of(const struct conn *c, const struct sock *s)
{
	return c->ends[SIDE_SERVER].sock == s ? SIDE_SERVER : SIDE_CLIENT;
}

/* A socket of datagrams may talk to many: then, and where it waits to be talked to, only what it sends and receives belongs
 * to anyone. */
static bool is_shared(const struct sock *s)
{
	const struct conn *c = s->conn;

	if (!c || c->kind != CONN_DATAGRAM)
		return false;
	if (s->serves)
		return true;
	for (size_t i = 0; i < s->events.count; i++)
		if (s->events.items[i]->conn && s->events.items[i]->conn != c)
			return true;
	return false;
}

/* One that connects to several in turn: each connect belongs to what it made, and so does what stands before it. */
static void assign_connects(struct sock *s)
{
	struct conn *c = NULL;
	bool connected = false;

	for (size_t i = s->events.count; i-- > 0;) {
		struct event *e = s->events.items[i];

		if (e->conn) {
			c = e->conn;
			connected = false;
			continue;
		}
		connected |= c && c->ends[SIDE_CLIENT].made == e && event_connects(e);
		if (!connected)
			continue;
		e->conn = c;
		e->side = SIDE_CLIENT;
	}
}

static void assign(struct sock *s)
{
	bool shared = is_shared(s);
	struct conn *c = s->listener || shared ? NULL : first_conn(s);

	if (shared && !s->serves)
		assign_connects(s);
	for (size_t i = 0; c && i < s->events.count; i++) {
		struct event *e = s->events.items[i];

		if (e->conn && e->socket == s)
			c = e->conn;
		if (e->conn && e->conn != c)
			continue;
		e->conn = c;
		if (e->call == CALL_socketpair)
			e->side = SIDE_CLIENT;
		else
			e->side = side_of(c, s);
	}
}

/* Looking up names comes before the socket that they are for, in the same thread: of each thread its last look-up. */
static void adopt_lookups(struct build *b)
{
	struct map threads = {0};

	for (size_t i = 0; i < b->t->landmarks.count; i++) {
		struct event *e = b->t->landmarks.items[i];
		struct thread *t;
		struct event *lookup;

		if (e->call == CALL_getaddrinfo) {
			thread_add(b->scratch, &threads, e)->value = e;
			continue;
		}
		if (e->call != CALL_socket || e->via)
			continue;
		t = thread_find(&threads, e);
		if (!t || !t->value)
			continue;
		lookup = t->value;
		lookup->conn = e->conn;
		lookup->side = e->side;
		lookup->socket = build_sock(b, e->proc, e->more->made[0].sock);
		t->value = NULL;
	}
	map_free(&threads);
}

/* In a trace that contradicts itself (one cookie accepted twice, a listener that connects) a connection has calls
 * of no socket of its own. */
static void settle_side(struct event *e)
{
	if (e->side == SIDE_NONE)
		e->side = event_is_accept(e) ? SIDE_SERVER : SIDE_CLIENT;
}

/* Room for what its sockets have. One that connected more than once gives all of it to its latest. */
static void reserve(struct arena *a, struct conn *c)
{
	size_t room = 0;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		const struct sock *s = c->ends[side].sock;

		if (s && s->conn == c && !s->serves)
			room += s->events.count;
	}
	vec_reserve_in(a, &c->events, room);
}

void build_members(struct build *b)
{
	struct trace *t = b->t;

	for (size_t i = 0; i < t->socks.count; i++)
		assign(t->socks.items[i]);
	adopt_lookups(b);
	for (size_t i = 0; i < t->events.count; i++) {
		struct event *e = t->events.items[i];

		if (!e->conn)
			continue;
		settle_side(e);
		if (!e->conn->events.count)
			reserve(t->arena, e->conn);
		vec_push_in(t->arena, &e->conn->events, e);
	}
}
