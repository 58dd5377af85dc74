/* pairing.c: the two ends of connections between addresses. */
#include <string.h>

#include "viewer/model/steps.h"

/* An address and port as IPv6 writes it: 127.0.0.1 and ::ffff:127.0.0.1 are the same. */
struct place {
	uint8_t bytes[18];
};

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

static bool place_of(const struct address *a, struct place *place)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (!a || a->is_short)
		return false;
	if (strcmp(a->family, "AF_INET") == 0 && a->raw_len >= 8) {
		memcpy(place->bytes, mapped, 12);
		memcpy(place->bytes + 12, a->raw + 4, 4);
	} else if (strcmp(a->family, "AF_INET6") == 0 && a->raw_len >= 24) {
		memcpy(place->bytes, a->raw + 8, 16);
	} else {
		return false;
	}
	memcpy(place->bytes + 16, a->raw + 2, 2);
	return true;
}

static bool key_of(const struct event *e, enum side side, struct key *key)
{
	if (side == SIDE_CLIENT)
		return place_of(e->local, &key->client) && place_of(e->peer, &key->server);
	return place_of(e->peer, &key->client) && place_of(e->local, &key->server);
}

static bool same_key(const void *value, const void *key)
{
	return memcmp(&((const struct waiting *)value)->key, key, sizeof(struct key)) == 0;
}

static bool is_loopback(const struct place *p)
{
	static const uint8_t v4[13] = {[10] = 0xff, [11] = 0xff, [12] = 127}, v6[16] = {[15] = 1};

	return memcmp(p->bytes, v4, 13) == 0 || memcmp(p->bytes, v6, 16) == 0;
}

/* A loopback address means another machine in each network namespace. */
static bool can_meet(const struct key *key, const struct process *a, const struct process *b)
{
	if (!is_loopback(&key->client) && !is_loopback(&key->server))
		return true;
	return strcmp(a->boot, b->boot) == 0 && (!a->netns || !b->netns || a->netns == b->netns);
}

void pairing_offer(struct pairing *p, struct conn *c, enum side side)
{
	struct key key;
	uint64_t hash;
	struct waiting *w;

	if (!key_of(c->ends[side].made, side, &key))
		return;
	hash = hash_bytes(0, &key, sizeof key);
	w = map_find(&p->ends[side], hash, same_key, &key);
	if (!w) {
		w = arena_alloc(p->b->scratch, sizeof *w);
		w->key = key;
		arena_defer(p->b->scratch, free_waiting, w);
		map_add(&p->ends[side], hash, w);
	}
	vec_push(&w->list, c);
}

struct conn *pairing_take(struct pairing *p, const struct event *e, enum side side)
{
	enum side other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
	struct key key;
	struct waiting *w;

	if (!key_of(e, side, &key))
		return NULL;
	w = map_find(&p->ends[other], hash_bytes(0, &key, sizeof key), same_key, &key);
	for (size_t i = w ? w->list.count : 0; i-- > 0;) {
		struct conn *c = w->list.items[i];

		if (!can_meet(&key, e->proc, c->ends[other].proc))
			continue;
		memmove(&w->list.items[i], &w->list.items[i + 1], (w->list.count - i - 1) * sizeof c);
		w->list.count--;
		return c;
	}
	return NULL;
}
