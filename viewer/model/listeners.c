/* listeners.c: which TCP listener a connect found, or came too late for. */
#include <string.h>

#include "viewer/model/steps.h"

/* Who listened at an address, one after the other. */
struct tenant {
	struct sock *listener;
	struct tenant *before;
};

struct door {
	const char *boot, *host; /* NULL: every address */
	uint64_t netns;
	uint16_t port;
	struct tenant *all, *present; /* the latest first; present: of whom it is not known that they left before now */
};

struct port {
	const char *boot;
	uint16_t number;
};

struct listeners {
	struct arena *scratch;
	struct map doors, ports;
};

struct listeners *listeners_new(struct build *b)
{
	struct listeners *l = arena_alloc(b->scratch, sizeof *l);

	l->scratch = b->scratch;
	return l;
}

void listeners_free(struct listeners *l)
{
	map_free(&l->doors);
	map_free(&l->ports);
}

static bool same_port(const void *value, const void *key)
{
	const struct port *a = value, *b = key;

	return a->number == b->number && strcmp(a->boot, b->boot) == 0;
}

bool listeners_had(const struct listeners *l, const char *boot, uint16_t port)
{
	const struct port key = {boot, port};

	return port && map_find(&l->ports, hash_string(port, boot), same_port, &key);
}

static void note_port(struct listeners *l, const char *boot, uint16_t number)
{
	struct port *p;

	if (listeners_had(l, boot, number))
		return;
	p = arena_alloc(l->scratch, sizeof *p);
	*p = (struct port){boot, number};
	map_add(&l->ports, hash_string(number, boot), p);
}

static bool same_door(const void *value, const void *key)
{
	const struct door *a = value, *b = key;

	return a->port == b->port && a->netns == b->netns && (a->host == b->host || text_is(a->host, b->host)) &&
	       strcmp(a->boot, b->boot) == 0;
}

static uint64_t door_hash(const struct door *d)
{
	return hash_string(hash_string(hash_number(d->port, d->netns), d->boot), d->host);
}

static struct door *find_door(const struct listeners *l, const struct event *connect, const char *host)
{
	const struct address *to = connect->addr;
	struct door key = {connect->proc->boot, host, connect->proc->netns, to ? to->port : 0, NULL, NULL};

	return key.port ? map_find(&l->doors, door_hash(&key), same_door, &key) : NULL;
}

static struct tenant *move_in(struct listeners *l, struct sock *s, struct tenant *before)
{
	struct tenant *t = arena_alloc(l->scratch, sizeof *t);

	*t = (struct tenant){s, before};
	return t;
}

void listeners_add(struct listeners *l, struct sock *s)
{
	const struct address *at = s->local;
	struct door key = {.boot = s->boot, .netns = s->events.items[0]->proc->netns}, *d;

	if (!at || !at->port)
		return;
	note_port(l, s->boot, at->port);
	if (!at->host)
		return;
	key.port = at->port;
	key.host = host_is_wildcard(at->host) ? NULL : at->host;
	d = map_find(&l->doors, door_hash(&key), same_door, &key);
	if (!d) {
		d = arena_alloc(l->scratch, sizeof *d);
		*d = key;
		map_add(&l->doors, door_hash(d), d);
	}
	d->all = move_in(l, s, d->all);
	d->present = move_in(l, s, d->present);
}

static bool left_before(const struct sock *s, uint64_t t_ns)
{
	return s->gone && s->gone->t_ns < t_ns;
}

/* When a process was killed is not known, only what it did last: while somebody reached its listener, it lived. */
static bool may_reach(const struct sock *s, const struct event *connect)
{
	return !left_before(s, connect->t_ns) || (connect->kind == EVENT_CALL && !event_failed(connect));
}

/* Who is known to have left before this connect has left before all later ones. */
static struct sock *present_at(struct door *d, const struct event *connect)
{
	struct tenant **at = d ? &d->present : NULL;

	while (at && *at) {
		struct sock *s = (*at)->listener;

		if (sock_end_is_known(s) && left_before(s, connect->t_ns))
			*at = (*at)->before;
		else if (may_reach(s, connect))
			return s;
		else
			at = &(*at)->before;
	}
	return NULL;
}

static struct sock *missed_at(const struct door *d, const struct event *connect)
{
	for (const struct tenant *t = d ? d->all : NULL; t; t = t->before)
		if (t->listener->listened && left_before(t->listener, event_end_ns(connect)))
			return t->listener;
	return NULL;
}

static struct sock *later_of(struct sock *a, struct sock *b)
{
	if (!a || !b)
		return a ? a : b;
	return b->listened && (!a->listened || b->listened->t_ns > a->listened->t_ns) ? b : a;
}

static const char *host_of(const struct event *connect)
{
	return connect->addr && connect->addr->host ? connect->addr->host : "";
}

struct sock *listeners_find(struct listeners *l, const struct event *connect)
{
	return later_of(present_at(find_door(l, connect, host_of(connect)), connect),
			present_at(find_door(l, connect, NULL), connect));
}

const struct sock *listeners_missed(const struct listeners *l, const struct event *connect)
{
	return later_of(missed_at(find_door(l, connect, host_of(connect)), connect),
			missed_at(find_door(l, connect, NULL), connect));
}
