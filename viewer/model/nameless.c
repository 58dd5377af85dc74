/*
 * nameless.c: who accepted the connects that do not tell from which address they came: in a sandbox, or by a write. Clients that are not
 * traced were accepted, too, so that two ends are one connection only where the trace leaves no other way.
 */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/place.h"
#include "viewer/model/steps.h"

/* An end whose other one is not known. */
struct half {
	struct conn *conn;
	struct event *made;             /* connect, accept */
	const struct event *sent, *got; /* the first bytes that it moved; NULL: none */
	bool joined;
};

/* Where a port is listened at, or a Unix listener: who asked there, and who was taken in, these by time. */
struct door {
	const char *boot;
	uint64_t netns;
	uint16_t port;
	const struct sock *listener; /* NULL: a port */
	VEC(struct half *) callers, taken;
};

struct matching {
	struct build *b;
	struct map known;
	VEC(struct door *) doors;
	const struct event **entered; /* by process, by index: how it entered its first sandbox; NULL: it did not */
	bool *divided;                /* by index: somebody may have accepted in its stead, or it itself, unrecorded */
};

/* Processes */

static bool enters_sandbox(const struct event *e)
{
	return e->kind == EVENT_CALL && e->call == CALL_prctl && !e->err && !e->more->pid &&
	       text_is(event_arg_text(e, "option"), "PR_SET_SECCOMP");
}

static bool leaves_child_untraced(const struct event *e)
{
	return e->kind == EVENT_CALL && e->call < CALL_COUNT && call_table[e->call].flags & CALL_PROC &&
	       memmem(e->line, e->line_len, "\"untraced\":", 11);
}

static void look_at_processes(struct matching *m)
{
	const struct trace *t = m->b->t;

	m->entered = arena_alloc(m->b->scratch, (t->procs.count + 1) * sizeof *m->entered);
	m->divided = arena_alloc(m->b->scratch, (t->procs.count + 1) * sizeof *m->divided);
	for (size_t i = 0; i < t->procs.count; i++)
		m->divided[t->procs.items[i]->index] = t->procs.items[i]->lost > 0;
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i], **entered = &m->entered[e->proc->index];

		if (!*entered && enters_sandbox(e))
			*entered = e;
		if (leaves_child_untraced(e))
			m->divided[e->proc->index] = true;
	}
}

static bool is_in_sandbox(const struct matching *m, const struct event *e)
{
	const struct event *entered = m->entered[e->proc->index];

	return e->sock >= TRACE_OWN_SOCK || (entered && event_end_ns(entered) <= e->t_ns);
}

/* Ends */

static bool is_unix(const struct sock *s)
{
	return text_is(s->family, "AF_UNIX");
}

static void find_first_bytes(struct half *h, const struct sock *s)
{
	for (size_t i = 0; i < s->events.count && !(h->sent && h->got); i++) {
		const struct event *e = s->events.items[i];

		if (e->kind != EVENT_CALL || e->ret <= 0 || e->t_ns < h->made->t_ns || flow_is_aside(e))
			continue;
		if (!h->got && event_is_read(e))
			h->got = e;
		else if (!h->sent && event_is_write(e))
			h->sent = e;
	}
}

static bool is_caller(const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT];
	const struct event *e = client->made;

	if (!e || c->ends[SIDE_SERVER].made || e->kind != EVENT_CALL || !event_connects(e) || !e->addr)
		return false;
	if (client->sock->conn != c)
		return false;
	return is_unix(client->sock) ? c->listener != NULL : !e->local && e->addr->port;
}

static bool is_taken(const struct conn *c)
{
	const struct event *e = c->ends[SIDE_SERVER].made;

	return e && !c->ends[SIDE_CLIENT].made && event_is_accept(e) && e->socket && !e->more->peer_pid &&
	       c->ends[SIDE_SERVER].sock->conn == c;
}

/* Doors */

static bool same_door(const void *value, const void *key)
{
	const struct door *a = value, *b = key;

	return a->port == b->port && a->netns == b->netns && a->listener == b->listener && a->boot == b->boot;
}

static struct door *door_of(struct matching *m, const struct event *e, const struct address *at,
			    const struct sock *listener)
{
	struct door key = {.boot = e->proc->boot, .netns = e->proc->netns, .port = at ? at->port : 0}, *d;
	uint64_t hash;

	if (is_unix(e->socket))
		key = (struct door){.boot = e->proc->boot, .listener = listener};
	hash = hash_number(hash_number(hash_number((uintptr_t)key.boot, key.netns), key.port), (uintptr_t)key.listener);
	d = map_find(&m->known, hash, same_door, &key);
	if (d)
		return d;
	d = arena_alloc(m->b->scratch, sizeof *d);
	*d = key;
	map_add(&m->known, hash, d);
	vec_push(&m->doors, d);
	return d;
}

static const struct address *called_at(const struct event *accept)
{
	return accept->local ? accept->local : accept->socket->local;
}

static struct half *half_of(struct matching *m, struct conn *c, enum side side)
{
	struct half *h = arena_alloc(m->b->scratch, sizeof *h);

	h->conn = c;
	h->made = (struct event *)c->ends[side].made;
	find_first_bytes(h, c->ends[side].sock);
	return h;
}

static void sort_out(struct matching *m, struct conn *c)
{
	struct half *h;

	if (is_caller(c)) {
		h = half_of(m, c, SIDE_CLIENT);
		if (c->outcome == CONN_OPEN || h->sent || h->got)
			vec_push(&door_of(m, h->made, h->made->addr, c->listener)->callers, h);
	} else if (is_taken(c)) {
		h = half_of(m, c, SIDE_SERVER);
		vec_push(&door_of(m, h->made, called_at(h->made), h->made->socket)->taken, h);
	}
}

/* Who may be whose other end */

static uint64_t taken_ns(const void *taken)
{
	return event_end_ns(((const struct half *)taken)->made);
}

/* Who has got something had been taken in by then. */
static uint64_t until_ns(const struct half *caller)
{
	return caller->got ? event_end_ns(caller->got) : UINT64_MAX;
}

static bool answered_before(const void *a, const void *b)
{
	return until_ns(a) < until_ns(b);
}

static bool taken_before(const void *a, const void *b)
{
	return taken_ns(a) < taken_ns(b);
}

enum likeness { CONTRADICTORY, UNTOLD, ALIKE };

static enum likeness compare_bytes(const struct event *sent, const struct event *got)
{
	char out[TRACE_DATA_MAX], in[TRACE_DATA_MAX];
	uint32_t len;

	if (!sent || !got || !sent->data_len || !got->data_len || sent->data_len > sizeof out ||
	    got->data_len > sizeof in)
		return UNTOLD;
	event_data(sent, out);
	event_data(got, in);
	len = sent->data_len < got->data_len ? sent->data_len : got->data_len;
	return memcmp(out, in, len) == 0 ? ALIKE : CONTRADICTORY;
}

static enum likeness compare(const struct half *caller, const struct half *taken)
{
	enum likeness there = compare_bytes(caller->sent, taken->got), back = compare_bytes(taken->sent, caller->got);

	if (there == CONTRADICTORY || back == CONTRADICTORY)
		return CONTRADICTORY;
	return there == ALIKE || back == ALIKE ? ALIKE : UNTOLD;
}

static bool is_at(struct matching *m, const struct address *own, const struct process *p, const struct address *asked,
		  const struct process *by)
{
	struct place here, there;

	if (!place_of(&here, m->b->scratch, own, p) || !place_of(&there, m->b->scratch, asked, by))
		return false;
	return here.port == there.port &&
	       (place_is_wildcard(&here) || place_is_wildcard(&there) || place_same(&here, &there));
}

static bool may_be(struct matching *m, const struct half *caller, const struct half *taken)
{
	const struct event *connect = caller->made, *accept = taken->made;
	const struct address *bound = connect->socket->local;

	if (taken->joined || compare(caller, taken) == CONTRADICTORY)
		return false;
	if (is_unix(connect->socket))
		return true;
	if (bound && bound->port && accept->peer && bound->port != accept->peer->port)
		return false;
	return is_at(m, called_at(accept), accept->proc, connect->addr, connect->proc);
}

/* The only one; NULL: none, or several. */
static struct half *only_other(struct matching *m, const struct door *d, const struct half *caller)
{
	struct half *only = NULL;
	size_t first = sort_below(d->taken.items, d->taken.count, taken_ns, caller->made->t_ns);

	for (size_t i = first; i < d->taken.count && taken_ns(d->taken.items[i]) <= until_ns(caller); i++) {
		if (!may_be(m, caller, d->taken.items[i]))
			continue;
		if (only)
			return NULL;
		only = d->taken.items[i];
	}
	return only;
}

static void join(struct half *caller, struct half *taken)
{
	struct conn *c = caller->conn;
	struct end *server = &c->ends[SIDE_SERVER];

	*server = taken->conn->ends[SIDE_SERVER];
	server->sock->conn = c;
	taken->made->conn = c;
	c->listener = taken->made->socket;
	if (!c->ends[SIDE_CLIENT].addr)
		c->ends[SIDE_CLIENT].addr = taken->made->peer;
	caller->joined = taken->joined = true;
	taken->conn->ends[SIDE_SERVER].made = NULL;
}

static bool was_answered(const struct matching *m, const struct half *caller)
{
	const struct event *e = caller->made;

	if (!caller->got || (e->err && !text_is(e->err, "EINPROGRESS")))
		return false;
	return is_unix(e->socket) || event_is_fast_open(e) || is_in_sandbox(m, e);
}

/* Who was answered was taken in before: where one accept alone can have done it, that did, and took in nobody who was answered later. */
static void decide(struct matching *m, struct door *d)
{
	sort_stable(d->callers.items, d->callers.count, answered_before);
	sort_stable(d->taken.items, d->taken.count, taken_before);
	for (size_t i = 0; i < d->callers.count; i++) {
		struct half *caller = d->callers.items[i];
		struct half *taken = was_answered(m, caller) ? only_other(m, d, caller) : NULL;

		if (taken && compare(caller, taken) == ALIKE && !m->divided[taken->made->proc->index])
			join(caller, taken);
	}
}

/* Of those that are left, one that was taken in may be anybody who had asked by then. */
static void doubt(const struct door *d)
{
	uint64_t first_ns = UINT64_MAX, last_ns = 0;

	for (size_t i = 0; i < d->callers.count; i++)
		if (!d->callers.items[i]->joined && d->callers.items[i]->made->t_ns < first_ns)
			first_ns = d->callers.items[i]->made->t_ns;
	for (size_t i = 0; i < d->taken.count; i++) {
		const struct half *taken = d->taken.items[i];

		if (taken->joined || taken_ns(taken) < first_ns)
			continue;
		taken->conn->undecided = true;
		last_ns = taken_ns(taken);
	}
	for (size_t i = 0; i < d->callers.count; i++)
		if (!d->callers.items[i]->joined && d->callers.items[i]->made->t_ns <= last_ns)
			d->callers.items[i]->conn->undecided = true;
}

/* What became one with another has no end of its own any more. */
static void drop_joined(struct trace *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->conns.count; i++)
		if (t->conns.items[i]->ends[SIDE_CLIENT].made || t->conns.items[i]->ends[SIDE_SERVER].made)
			t->conns.items[kept++] = t->conns.items[i];
	t->conns.count = kept;
}

void build_nameless(struct build *b)
{
	struct matching m = {.b = b};

	look_at_processes(&m);
	for (size_t i = 0; i < b->t->conns.count; i++)
		sort_out(&m, b->t->conns.items[i]);
	for (size_t i = 0; i < m.doors.count; i++) {
		decide(&m, m.doors.items[i]);
		doubt(m.doors.items[i]);
		vec_free(&m.doors.items[i]->callers);
		vec_free(&m.doors.items[i]->taken);
	}
	drop_joined(b->t);
	vec_free(&m.doors);
	map_free(&m.known);
}
