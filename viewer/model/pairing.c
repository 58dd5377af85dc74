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

/* In a sandbox accept does not tell at which address: it is its listener's, or where that listens at all of them and is called from this
 * machine, the one that is called there. Nor does connect, there or where it was interrupted, and never a write that opens a
 * connection: their socket may have told. */
static bool own_place(struct pairing *p, const struct event *e, const struct place *other, struct place *own)
{
	if (e->local || !e->socket || !(event_is_accept(e) || event_connects(e)))
		return place_of(own, p->b->scratch, e->local, e->proc);
	if (!place_of(own, p->b->scratch, e->socket->local, e->proc))
		return false;
	if (event_is_accept(e) && place_is_wildcard(own) && place_is_loopback(other))
		memcpy(own->host, other->host, sizeof own->host);
	return true;
}

static const struct address *other_address(const struct event *e)
{
	return !e->peer && event_connects(e) ? e->addr : e->peer;
}

static bool key_of(struct pairing *p, const struct event *e, enum side side, struct key *key)
{
	struct place *own = side == SIDE_CLIENT ? &key->client : &key->server;
	struct place *other = side == SIDE_CLIENT ? &key->server : &key->client;

	return place_of(other, p->b->scratch, other_address(e), e->proc) && own_place(p, e, other, own) && !own->name &&
	       !other->name;
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
	return NULL;
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
