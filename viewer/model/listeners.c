/* listeners.c: who listened at an address, and whom a connect found there. */
#include "viewer/model/listeners.h"

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/model/place.h"
#include "viewer/model/steps.h"

/* Who listened at an address, one after the other. */
struct tenant {
	struct listening *listening;
	struct tenant *before;
};

struct door {
	const char *boot, *host;
	uint64_t netns;
	uint16_t port;
	struct tenant *all, *present; /* the latest first; present: of whom it is not known that they left before now */
};

struct listeners {
	struct arena *scratch;
	struct map doors, ports;
};

struct listeners *listeners_new(struct arena *scratch)
{
	struct listeners *l = arena_alloc(scratch, sizeof *l);

	l->scratch = scratch;
	return l;
}

void listeners_free(struct listeners *l)
{
	map_free(&l->doors);
	map_free(&l->ports);
}

bool listeners_had(const struct listeners *l, const char *boot, uint16_t number)
{
	const struct port key = {boot, number};

	return number && map_find(&l->ports, port_hash(&key), port_same, &key);
}

static void note_port(struct listeners *l, const char *boot, uint16_t number)
{
	struct port *p;

	if (listeners_had(l, boot, number))
		return;
	p = arena_alloc(l->scratch, sizeof *p);
	*p = (struct port){boot, number};
	map_add(&l->ports, port_hash(p), p);
}

static bool same_door(const void *value, const void *key)
{
	const struct door *a = value, *b = key;

	return a->port == b->port && a->netns == b->netns && strcmp(a->host, b->host) == 0 &&
	       strcmp(a->boot, b->boot) == 0;
}

static uint64_t door_hash(const struct door *d)
{
	return hash_string(hash_string(hash_number(d->port, d->netns), d->boot), d->host);
}

/* IPv4's addresses have two spellings. */
static const char *plain(const char *host)
{
	static const char mapped[] = "::ffff:";
	bool is_mapped = strncmp(host, mapped, sizeof mapped - 1) == 0 && strchr(host, '.');

	return is_mapped ? host + sizeof mapped - 1 : host;
}

static const char any4[] = "0.0.0.0", any6[] = "::";

/* Who listens at every address at which a client comes to that one. */
static const char *any_of(const char *host)
{
	return strchr(host, '.') ? any4 : any6;
}

/* Who connects to a wildcard comes to the machine itself: connect's line tells where, else it is the loopback (Linux, ip(7)). */
static const char *host_of(const struct event *connect)
{
	const struct address *to = connect->addr, *peer = connect->peer;

	if (!to || !to->host)
		return "";
	if (!host_is_wildcard(to->host))
		return plain(to->host);
	if (peer && peer->host && !host_is_wildcard(peer->host))
		return plain(peer->host);
	return strchr(to->host, '.') ? "127.0.0.1" : "::1";
}

static struct door *find_door(const struct listeners *l, const struct event *connect, const char *host)
{
	const struct address *to = connect->addr;
	struct door key = {connect->proc->boot, host, connect->proc->netns, to ? to->port : 0, NULL, NULL};

	return key.port ? map_find(&l->doors, door_hash(&key), same_door, &key) : NULL;
}

static bool left_before(const struct listening *s, uint64_t t_ns)
{
	return s->left_ns < t_ns;
}

/* Who had not been seen for long when another took the place had been killed by then, unless both have it together. */
static bool makes_room(const struct listening *s, const struct listening *new)
{
	return left_before(s, new->from_ns) && (s->left_is_known || !s->may_share || !new->may_share);
}

static void move_out(struct door *d, const struct listening *new)
{
	for (struct tenant **at = &d->present; *at;)
		if (makes_room((*at)->listening, new))
			*at = (*at)->before;
		else
			at = &(*at)->before;
}

void listening_note_option(struct listening *l, const struct event *e)
{
	bool *option;
	int64_t on;

	if (e->kind != EVENT_CALL || e->call != CALL_setsockopt || e->err || e->t_ns > l->from_ns)
		return;
	if (text_is(event_arg_text(e, "optname"), "SO_REUSEPORT"))
		option = &l->may_share;
	else if (text_is(event_arg_text(e, "optname"), "IPV6_V6ONLY"))
		option = &l->is_v6_only;
	else
		return;
	if (event_arg_int(e, "optval", &on))
		*option = on;
}

static uint64_t left_at(const struct sock *s)
{
	uint64_t last_ns = s->gone ? event_end_ns(s->gone) : UINT64_MAX;

	return s->gone && (sock_end_is_known(s) || s->held_ns > last_ns) ? s->held_ns : last_ns;
}

struct listening listening_of(struct sock *s)
{
	struct listening l = {.boot = s->boot,
			      .netns = s->events.items[0]->proc->netns,
			      .from_ns = s->listened ? s->listened->t_ns : 0,
			      .left_ns = left_at(s),
			      .left_is_known = sock_end_is_known(s),
			      .is_complete = !sock_may_accept_unrecorded(s),
			      .may_share = !s->made, /* who made it may have said so */
			      .who = s};

	if (s->local) {
		l.host = s->local->host;
		l.port = s->local->port;
	}
	return l;
}

static struct tenant *move_in(struct listeners *l, struct listening *s, struct tenant *before)
{
	struct tenant *t = arena_alloc(l->scratch, sizeof *t);

	*t = (struct tenant){s, before};
	return t;
}

static void add_at(struct listeners *l, struct listening *s, const char *host)
{
	struct door key = {.boot = s->boot, .host = host, .netns = s->netns, .port = s->port}, *d;

	d = map_find(&l->doors, door_hash(&key), same_door, &key);
	if (!d) {
		d = arena_alloc(l->scratch, sizeof *d);
		*d = key;
		map_add(&l->doors, door_hash(d), d);
	}
	move_out(d, s);
	d->all = move_in(l, s, d->all);
	d->present = move_in(l, s, d->present);
}

void listeners_add(struct listeners *l, const struct listening *new)
{
	struct listening *s;

	if (!new->port)
		return;
	note_port(l, new->boot, new->port);
	if (!new->host)
		return;
	s = arena_alloc(l->scratch, sizeof *s);
	*s = *new;
	add_at(l, s, plain(new->host));
	if (strcmp(new->host, any6) == 0 && !new->is_v6_only)
		add_at(l, s, any4);
}

bool listening_is_answer(const struct event *e)
{
	return event_brings_bytes(e) && !flow_is_aside(e);
}

/* While it is under way connect(2) says so (EALREADY), or that it is done. */
bool listening_is_asked_anew(const struct event *connect)
{
	if (!connect->err)
		return connect->addr && text_is(connect->addr->family, "AF_UNSPEC");
	return !text_is(connect->err, "EALREADY") && !text_is(connect->err, "EINTR") && !text_is(connect->err, "EISCONN");
}

/* Nobody answers a client whom he has not accepted: it was somebody else, in the place of who had been killed. */
bool listening_has_left(const struct listening *s, const struct event *connect, bool was_answered)
{
	return left_before(s, connect->t_ns) && (s->left_is_known || (was_answered && s->is_complete));
}

/* Who is known to have left before this connect has left before all later ones. */
static const struct listening *present_at(struct door *d, const struct event *connect, bool was_answered)
{
	struct tenant **at = d ? &d->present : NULL;

	while (at && *at) {
		if (!listening_has_left((*at)->listening, connect, was_answered))
			return (*at)->listening;
		*at = (*at)->before;
	}
	return NULL;
}

static const struct listening *missed_at(const struct door *d, const struct event *connect)
{
	for (const struct tenant *t = d ? d->all : NULL; t; t = t->before)
		if (t->listening->from_ns && left_before(t->listening, event_end_ns(connect)))
			return t->listening;
	return NULL;
}

static const struct listening *later_of(const struct listening *a, const struct listening *b)
{
	if (!a || !b)
		return a ? a : b;
	return b->from_ns > a->from_ns ? b : a;
}

const struct listening *listeners_find(struct listeners *l, const struct event *connect, bool was_answered)
{
	const char *host = host_of(connect);

	return later_of(present_at(find_door(l, connect, host), connect, was_answered),
			present_at(find_door(l, connect, any_of(host)), connect, was_answered));
}

const struct listening *listeners_missed(const struct listeners *l, const struct event *connect)
{
	const char *host = host_of(connect);

	return later_of(missed_at(find_door(l, connect, host), connect),
			missed_at(find_door(l, connect, any_of(host)), connect));
}
