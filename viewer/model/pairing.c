/* pairing.c: the two ends of connections between addresses. */
#include <string.h>

#include "viewer/model/place.h"
#include "viewer/model/steps.h"

struct key {
	struct place client, server;
};

struct waiter {
	struct conn *conn;
	struct place server;
};

/* Ends that wait for the other, the latest last: of one client's place, and one port of servers. */
struct waiting {
	struct key key;
	VEC(struct waiter) list;
	bool differ; /* not all of them are of the same server's place */
};

struct pairing {
	struct build *b;
	struct map ends[2]; /* struct waiting: connections of which this side is known */
};

static void free_waiting(void *subject)
{
	struct waiting *w = subject;

	vec_free(&w->list);
}

struct pairing *pairing_new(struct build *b)
{
	struct pairing *p = arena_alloc(b->scratch, sizeof *p);

	p->b = b;
	return p;
}

void pairing_free(struct pairing *p)
{
	map_free(&p->ends[SIDE_CLIENT]);
	map_free(&p->ends[SIDE_SERVER]);
}

/* In a sandbox accept does not tell at which address: it is its listener's, a wildcard where that listens at all of them. Nor does
 * connect, there or where it was interrupted, and never a write that opens a connection: their socket may have told. */
static const struct address *own_address(const struct event *e)
{
	return !e->local && e->socket && (event_is_accept(e) || event_connects(e)) ? e->socket->local : e->local;
}

static const struct address *other_address(const struct event *e)
{
	return !e->peer && event_connects(e) ? e->addr : e->peer;
}

static bool key_of(struct pairing *p, const struct event *e, enum side side, struct key *key)
{
	struct place *own = side == SIDE_CLIENT ? &key->client : &key->server;
	struct place *other = side == SIDE_CLIENT ? &key->server : &key->client;

	return place_of(own, p->b->scratch, own_address(e), e->proc) &&
	       place_of(other, p->b->scratch, other_address(e), e->proc) && !own->name && !other->name &&
	       !place_is_wildcard(other);
}

static bool same_key(const void *value, const void *key)
{
	const struct key *a = &((const struct waiting *)value)->key, *b = key;

	return place_same(&a->client, &b->client) && a->server.port == b->server.port;
}

static uint64_t key_hash(const struct key *key)
{
	return hash_number(place_hash(0, &key->client), key->server.port);
}

/* The one of two places that tells more, where they can be the same; NULL. */
static const struct place *same_server(const struct place *a, const struct place *b)
{
	if (place_is_wildcard(a))
		return b;
	return place_is_wildcard(b) || place_same(a, b) ? a : NULL;
}

/* Whether the process, which has one end, may have been met by this one, who has the other. */
static bool can_meet(const struct key *key, const struct process *p, const struct waiter *w, enum side side)
{
	const struct process *other = w->conn->ends[side].proc;
	const struct place *server = same_server(&key->server, &w->server);

	return server && place_is_shared(&key->client, p, other) && place_is_shared(server, p, other);
}

void pairing_offer(struct pairing *p, struct conn *c, enum side side)
{
	struct key key;
	uint64_t hash;
	struct waiting *w;

	if (!key_of(p, c->ends[side].made, side, &key))
		return;
	hash = key_hash(&key);
	w = map_find(&p->ends[side], hash, same_key, &key);
	if (!w) {
		w = arena_alloc(p->b->scratch, sizeof *w);
		w->key = key;
		arena_defer(p->b->scratch, free_waiting, w);
		map_add(&p->ends[side], hash, w);
	}
	w->differ = w->list.count && (w->differ || !place_same(&w->list.items[0].server, &key.server));
	vec_push(&w->list, ((struct waiter){.conn = c, .server = key.server}));
}

static struct waiting *find_waiting(const struct pairing *p, const struct key *key, enum side side)
{
	return map_find(&p->ends[side], key_hash(key), same_key, key);
}

static struct conn *take(struct waiting *w, size_t i)
{
	struct conn *c = w->list.items[i].conn;

	memmove(&w->list.items[i], &w->list.items[i + 1], (w->list.count - i - 1) * sizeof *w->list.items);
	w->list.count--;
	return c;
}

/* The latest. Who listens at all addresses and does not say which was called may be meant by one of two that were, but by which? */
static struct conn *take_latest(struct waiting *w, const struct key *key, const struct process *p, enum side side)
{
	size_t none = w->list.count, found = none;

	for (size_t i = none; i-- > 0;) {
		if (!can_meet(key, p, &w->list.items[i], side))
			continue;
		if (found != none && !place_same(&w->list.items[i].server, &w->list.items[found].server))
			return NULL;
		found = found == none ? i : found;
		if (!w->differ || !place_is_wildcard(&key->server))
			break;
	}
	return found == none ? NULL : take(w, found);
}

struct conn *pairing_take(struct pairing *p, const struct event *e, enum side side)
{
	enum side other = other_side_of(side);
	struct waiting *w;
	struct key key;

	if (!key_of(p, e, side, &key))
		return NULL;
	w = find_waiting(p, &key, other);
	return w ? take_latest(w, &key, e->proc, other) : NULL;
}

struct conn *pairing_take_earlier(struct pairing *p, const struct event *connect)
{
	struct key key;
	struct waiting *w;

	if (!key_of(p, connect, SIDE_CLIENT, &key))
		return NULL;
	w = find_waiting(p, &key, SIDE_SERVER);
	for (size_t i = 0; w && i < w->list.count; i++) {
		const struct process *server = w->list.items[i].conn->ends[SIDE_SERVER].proc;

		if (strcmp(server->boot, connect->proc->boot) != 0 &&
		    can_meet(&key, connect->proc, &w->list.items[i], SIDE_SERVER))
			return take(w, i);
	}
	return NULL;
}
