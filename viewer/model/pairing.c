/* pairing.c: the two ends of connections between addresses. */
#include <string.h>

#include "viewer/model/place.h"
#include "viewer/model/steps.h"

struct key {
	struct place client, server;
};

/* One end that waits for the other, the latest last. */
struct waiting {
	struct key key;
	VEC(struct conn *) list;
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

static bool is_accept(const struct event *e)
{
	return e->call == CALL_accept || e->call == CALL_accept4;
}

/* In a sandbox accept does not tell at which address: it is its listener's, or where that listens at all of them and is called from this
 * machine, the one that is called there. */
static bool own_place(struct pairing *p, const struct event *e, const struct place *other, struct place *own)
{
	if (e->local || !is_accept(e) || !e->socket)
		return place_of(own, p->b->scratch, e->local, e->proc);
	if (!place_of(own, p->b->scratch, e->socket->local, e->proc))
		return false;
	if (place_is_wildcard(own) && place_is_loopback(other))
		memcpy(own->host, other->host, sizeof own->host);
	return true;
}

static bool key_of(struct pairing *p, const struct event *e, enum side side, struct key *key)
{
	struct place *own = side == SIDE_CLIENT ? &key->client : &key->server;
	struct place *other = side == SIDE_CLIENT ? &key->server : &key->client;

	return place_of(other, p->b->scratch, e->peer, e->proc) && own_place(p, e, other, own) && !own->name &&
	       !other->name;
}

/* Nor does connect tell in a sandbox from where. */
static bool is_from_anywhere(const struct event *e)
{
	return event_is_fast_open(e) || (e->call == CALL_connect && !e->local);
}

/* A write that opens a connection does not tell from which address: its socket may have told later, else it fits any. */
static bool key_of_fast_open(struct pairing *p, const struct event *e, struct key *key)
{
	*key = (struct key){.client = {.port = 0}};
	if (!is_from_anywhere(e) || !place_of(&key->server, p->b->scratch, e->addr, e->proc) || key->server.name)
		return false;
	if (!e->socket->local || !e->socket->local->port ||
	    !place_of(&key->client, p->b->scratch, e->socket->local, e->proc) || place_is_wildcard(&key->client))
		key->client = (struct place){.port = 0};
	return true;
}

static bool same_key(const void *value, const void *key)
{
	const struct key *a = &((const struct waiting *)value)->key, *b = key;

	return place_same(&a->client, &b->client) && place_same(&a->server, &b->server);
}

static uint64_t key_hash(const struct key *key)
{
	return place_hash(place_hash(0, &key->client), &key->server);
}

static bool can_meet(const struct key *key, const struct process *a, const struct process *b)
{
	return place_is_shared(&key->client, a, b) && place_is_shared(&key->server, a, b);
}

void pairing_offer(struct pairing *p, struct conn *c, enum side side)
{
	struct key key;
	uint64_t hash;
	struct waiting *w;

	if (!key_of(p, c->ends[side].made, side, &key) && !key_of_fast_open(p, c->ends[side].made, &key))
		return;
	hash = key_hash(&key);
	w = map_find(&p->ends[side], hash, same_key, &key);
	if (!w) {
		w = arena_alloc(p->b->scratch, sizeof *w);
		w->key = key;
		arena_defer(p->b->scratch, free_waiting, w);
		map_add(&p->ends[side], hash, w);
	}
	vec_push(&w->list, c);
}

static struct waiting *find_waiting(const struct pairing *p, const struct key *key, enum side side)
{
	return map_find(&p->ends[side], key_hash(key), same_key, key);
}

static struct conn *take(struct waiting *w, size_t i)
{
	struct conn *c = w->list.items[i];

	memmove(&w->list.items[i], &w->list.items[i + 1], (w->list.count - i - 1) * sizeof c);
	w->list.count--;
	return c;
}

/* Of those that may come from any address the first. */
static struct conn *take_fast_open(struct pairing *p, const struct event *accept, const struct key *to)
{
	const struct key key = {.server = to->server};
	struct waiting *w = find_waiting(p, &key, SIDE_CLIENT);

	for (size_t i = 0; w && i < w->list.count; i++)
		if (can_meet(&key, accept->proc, w->list.items[i]->ends[SIDE_CLIENT].proc))
			return take(w, i);
	return NULL;
}

struct conn *pairing_take(struct pairing *p, const struct event *e, enum side side)
{
	enum side other = other_side_of(side);
	struct key key;
	struct waiting *w;

	if (!key_of(p, e, side, &key))
		return NULL;
	w = find_waiting(p, &key, other);
	for (size_t i = w ? w->list.count : 0; i-- > 0;)
		if (can_meet(&key, e->proc, w->list.items[i]->ends[other].proc))
			return take(w, i);
	return side == SIDE_SERVER ? take_fast_open(p, e, &key) : NULL;
}

struct conn *pairing_take_earlier(struct pairing *p, const struct event *connect)
{
	struct key key;
	struct waiting *w;

	if (!key_of(p, connect, SIDE_CLIENT, &key))
		return NULL;
	w = find_waiting(p, &key, SIDE_SERVER);
	for (size_t i = 0; w && i < w->list.count; i++) {
		const struct process *server = w->list.items[i]->ends[SIDE_SERVER].proc;

		if (strcmp(server->boot, connect->proc->boot) != 0 && can_meet(&key, connect->proc, server))
			return take(w, i);
	}
	return NULL;
}
