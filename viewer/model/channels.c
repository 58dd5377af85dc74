/* channels.c: the conversations of datagram sockets: between which two, as far as it is known, and which calls are theirs. */
#include "viewer/model/post.h"

/* A socket's channel with a place. */
struct route {
	const struct party *party;
	struct place place;
	struct channel *channel;
};

static bool same_route(const void *value, const void *key)
{
	const struct route *a = value, *b = key;

	return a->party == b->party && place_same(&a->place, &b->place);
}

static uint64_t route_hash(const struct route *r)
{
	return place_hash(hash_number(0, (uintptr_t)r->party), &r->place);
}

struct channel *channel_with(const struct post *p, const struct party *party, const struct place *place)
{
	struct route key = {.party = party, .place = *place}, *r;

	r = map_find(&p->channels, route_hash(&key), same_route, &key);
	return r ? r->channel : NULL;
}

void channel_set(struct post *p, const struct party *party, const struct place *place, struct channel *channel)
{
	struct route key = {party, *place, channel}, *r;

	r = map_find(&p->channels, route_hash(&key), same_route, &key);
	if (!r) {
		r = arena_alloc(p->b->scratch, sizeof *r);
		map_add(&p->channels, route_hash(&key), r);
	}
	*r = key;
}

void channel_set_end(struct channel *ch, enum side side, struct party *party, struct event *e)
{
	ch->parties[side] = party;
	party->has_several |= party->latest && party->latest != ch;
	party->latest = ch;
	ch->conn->ends[side].proc = e->proc;
	ch->conn->ends[side].sock = party->sock;
	ch->conn->ends[side].fd = e->fd;
	ch->conn->ends[side].made = side == SIDE_CLIENT && party->connect ? party->connect : e;
	ch->conn->undecided = false;
	if (side == SIDE_SERVER)
		ch->conn->listener = NULL;
	party->sock->conn = ch->conn;
}

struct channel *channel_new(struct post *p, struct party *party, enum side side, struct event *e,
			    const struct address *other)
{
	struct channel *ch = arena_alloc(p->b->scratch, sizeof *ch);

	ch->conn = arena_alloc(p->b->t->arena, sizeof *ch->conn);
	ch->conn->begun_ns = e->t_ns;
	ch->conn->ends[SIDE_CLIENT].fd = ch->conn->ends[SIDE_SERVER].fd = -1;
	ch->conn->ends[other_side_of(side)].addr = other;
	vec_push(&p->b->t->conns, ch->conn);
	channel_set_end(ch, side, party, e);
	return ch;
}

void channel_claim(const struct channel *ch, enum side side, struct event *e)
{
	if (e->conn)
		return;
	e->conn = ch->conn;
	e->side = side;
}

void channel_received(struct channel *ch, enum side side, const struct message *m)
{
	channel_claim(ch, side, m->event);
	ch->conn->ends[side].read += m->len;
	ch->conn->ends[side].reads++;
}
