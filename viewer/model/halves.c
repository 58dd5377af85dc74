/* halves.c: see halves.h. */
#include <string.h>

#include "viewer/model/halves.h"

struct search {
	struct build *b;
	struct doors *doors;
	const struct event **entered; /* by process, by index: how it entered its first sandbox; NULL: it did not */
};

/* Processes */

static bool enters_sandbox(const struct event *e)
{
	return e->kind == EVENT_CALL && e->call == CALL_prctl && !e->err && !e->more->pid &&
	       text_is(event_arg_text(e, "option"), "PR_SET_SECCOMP");
}

static void look_at_processes(struct search *s)
{
	const struct trace *t = s->b->t;

	s->entered = arena_alloc(s->b->scratch, (t->procs.count + 1) * sizeof *s->entered);
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i], **entered = &s->entered[e->proc->index];

		if (!*entered && enters_sandbox(e))
			*entered = e;
	}
}

static bool is_boxed(const struct search *s, const struct event *e)
{
	const struct event *entered = s->entered[e->proc->index];

	return e->sock >= TRACE_OWN_SOCK || (entered && event_end_ns(entered) <= e->t_ns);
}

/* Ends */

static bool is_unix(const struct sock *s)
{
	return text_is(s->family, "AF_UNIX");
}

static void find_first_bytes(struct half *h, const struct sock *s)
{
	for (size_t i = 0; i < s->events.count && !(h->sent.event && h->got.event); i++) {
		const struct event *e = s->events.items[i];

		if (e->kind != EVENT_CALL || e->ret <= 0 || e->t_ns < h->made->t_ns || flow_is_aside(e))
			continue;
		if (!h->got.event && event_is_read(e))
			h->got.event = e;
		else if (!h->sent.event && event_is_write(e))
			h->sent.event = e;
	}
}

static void read_bytes(struct arena *a, struct first *f)
{
	char *bytes;

	if (!f->event || !f->event->data_len)
		return;
	bytes = arena_alloc(a, f->event->data_len);
	event_data(f->event, bytes);
	f->bytes = bytes;
	f->len = f->event->data_len;
}

/* Of IP or Unix. */
static bool has_door(const struct sock *s, const struct address *at)
{
	return is_unix(s) || text_is(s->family, "AF_INET") || text_is(s->family, "AF_INET6") || (at && at->port);
}

/* Which address was called may be missing: an argument that does not lie on the stack is not read in a sandbox. */
static bool calls_somewhere(const struct event *e, const struct conn *c)
{
	if (is_unix(e->socket))
		return c->listener || !e->addr;
	return has_door(e->socket, e->addr) && (!e->addr || e->addr->port);
}

static const struct address *called_at(const struct event *e)
{
	if (event_is_accept(e))
		return e->local ? e->local : e->socket->local;
	return e->addr;
}

static bool is_caller(const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT];
	const struct event *e = client->made;

	if (!e || c->ends[SIDE_SERVER].made || e->kind != EVENT_CALL || !event_connects(e))
		return false;
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
		return false;
	return client->sock->conn == c && calls_somewhere(e, c);
}

static bool is_taken(const struct conn *c)
{
	const struct event *e = c->ends[SIDE_SERVER].made;

	if (!e || c->ends[SIDE_CLIENT].made || !event_is_accept(e) || !e->socket)
		return false;
	return c->ends[SIDE_SERVER].sock->conn == c && has_door(e->socket, called_at(e));
}

static void name_client(struct half *h, struct arena *a, enum side side)
{
	const struct event *e = h->made;
	const struct address *from = side == SIDE_SERVER ? e->peer : e->local ? e->local : e->socket->local;

	if (is_unix(e->socket)) {
		h->pid = side == SIDE_SERVER ? e->more->peer_pid : e->more->pid ? e->more->pid : e->proc->pid;
		h->named = h->pid;
		return;
	}
	h->named = place_of(&h->client, a, from, e->proc) && h->client.port && !place_is_wildcard(&h->client);
}

bool half_same_client(const struct half *a, const struct half *b)
{
	if (a->named && b->named)
		return a->pid == b->pid && place_same(&a->client, &b->client);
	return !a->client.port || !b->client.port || a->client.port == b->client.port;
}

static struct half *half_of(struct search *s, struct conn *c, enum side side)
{
	struct half *h = arena_alloc(s->b->scratch, sizeof *h);

	h->conn = c;
	h->made = (struct event *)c->ends[side].made;
	name_client(h, s->b->scratch, side);
	place_of(&h->called, s->b->scratch, called_at(h->made), h->made->proc);
	h->boxed = is_boxed(s, h->made);
	find_first_bytes(h, c->ends[side].sock);
	read_bytes(s->b->scratch, &h->sent);
	read_bytes(s->b->scratch, &h->got);
	return h;
}

/* Doors */

static bool same_door(const void *value, const void *key)
{
	const struct door *a = value, *b = key;

	return a->port == b->port && a->netns == b->netns && a->listener == b->listener && a->boot == b->boot &&
	       a->is_unix == b->is_unix && a->is_all == b->is_all;
}

static uint64_t door_hash(const struct door *d)
{
	uint64_t hash = hash_number(hash_number((uintptr_t)d->boot, d->netns), (uintptr_t)d->listener);

	return hash_number(hash_number(hash, d->port), d->is_unix + 2 * d->is_all);
}

static struct door door_at(const struct sock *s, const struct process *p, uint16_t port, const struct sock *listener)
{
	if (is_unix(s))
		return (struct door){.boot = p->boot, .is_unix = true, .listener = listener};
	return (struct door){.boot = p->boot, .netns = p->netns, .port = port};
}

static struct door *find_door(struct search *s, const struct door *key)
{
	return map_find(&s->doors->known, door_hash(key), same_door, key);
}

static struct door *make_door(struct search *s, const struct door *key)
{
	struct door *d = find_door(s, key), of = {.boot = key->boot, .netns = key->netns, .is_unix = key->is_unix};

	if (d)
		return d;
	d = arena_alloc(s->b->scratch, sizeof *d);
	*d = *key;
	d->unrecorded_ns = UINT64_MAX;
	map_add(&s->doors->known, door_hash(key), d);
	vec_push(&s->doors->list, d);
	if (d->port || d->listener)
		d->unknown = make_door(s, &of);
	of.is_all = true;
	d->all = d->is_all ? NULL : make_door(s, &of);
	return d;
}

static struct door *door_of(struct search *s, const struct half *h, const struct sock *listener)
{
	struct door key = door_at(h->made->socket, h->made->proc, h->called.port, listener);

	return make_door(s, &key);
}

static void sort_out(struct search *s, struct conn *c)
{
	struct half *h;

	if (is_caller(c)) {
		h = half_of(s, c, SIDE_CLIENT);
		vec_push(&door_of(s, h, c->listener)->callers, h);
	} else if (is_taken(c)) {
		h = half_of(s, c, SIDE_SERVER);
		vec_push(&door_of(s, h, h->made->socket)->taken, h);
	}
}

static void open_to_others(struct search *s, const struct sock *listener)
{
	uint16_t port = listener->local ? listener->local->port : 0;
	struct door key = door_at(listener, listener->events.items[0]->proc, port, listener);
	struct door *d = find_door(s, &key);

	if (d && listener->unrecorded_ns < d->unrecorded_ns)
		d->unrecorded_ns = listener->unrecorded_ns;
}

void doors_find(struct doors *doors, struct build *b)
{
	struct search s = {.b = b, .doors = doors};

	look_at_processes(&s);
	for (size_t i = 0; i < b->t->conns.count; i++)
		sort_out(&s, b->t->conns.items[i]);
	for (size_t i = 0; i < b->t->socks.count; i++) {
		const struct sock *sock = b->t->socks.items[i];

		if (sock->listener && has_door(sock, sock->local))
			open_to_others(&s, sock);
	}
}

void doors_free(struct doors *doors)
{
	for (size_t i = 0; i < doors->list.count; i++) {
		vec_free(&doors->list.items[i]->callers);
		vec_free(&doors->list.items[i]->taken);
	}
	vec_free(&doors->list);
	map_free(&doors->known);
}
