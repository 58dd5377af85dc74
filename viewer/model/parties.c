/* parties.c: sockets of datagrams, and where they can be reached. */
#include <string.h>

#include "viewer/model/post.h"

struct door {
	uint16_t port;
	const char *name;
	struct party *latest;
	struct sent_queue lost;
};

static bool same_party(const void *value, const void *key)
{
	return ((const struct party *)value)->sock == key;
}

struct party *party_known(const struct post *p, const struct sock *s)
{
	return map_find(&p->parties, hash_number(0, (uintptr_t)s), same_party, s);
}

struct party *party_of(struct post *p, struct sock *s, const struct process *proc)
{
	struct party *found = party_known(p, s);

	if (found)
		return found;
	found = arena_alloc(p->b->scratch, sizeof *found);
	found->sock = s;
	found->proc = proc;
	map_add(&p->parties, hash_number(0, (uintptr_t)s), found);
	vec_push(&p->queues, &found->inbox);
	return found;
}

static bool same_door(const void *value, const void *key)
{
	const struct door *d = value;
	const struct place *place = key;

	return place->name ? d->name && strcmp(d->name, place->name) == 0 : !d->name && d->port == place->port;
}

static struct door *door_of(struct post *p, const struct place *place)
{
	uint64_t hash = place->name ? hash_string(1, place->name) : hash_number(0, place->port);
	struct door *d = map_find(&p->doors, hash, same_door, place);

	if (d)
		return d;
	d = arena_alloc(p->b->scratch, sizeof *d);
	d->port = place->port;
	d->name = place->name;
	map_add(&p->doors, hash, d);
	vec_push(&p->queues, &d->lost);
	return d;
}

void party_leave(struct post *p, struct party *party)
{
	struct party **at = party->has_local ? &door_of(p, &party->local)->latest : NULL;

	while (at && *at && *at != party)
		at = &(*at)->older;
	if (at && *at)
		*at = party->older;
	party->older = NULL;
	party->local = (struct place){.name = NULL};
	party->has_local = false;
}

void party_settle(struct post *p, struct party *party, const struct address *address)
{
	struct place place;
	struct door *door;

	if (!place_of(&place, p->b->scratch, address, party->proc) || (!place.name && !place.port))
		return;
	party->anywhere |= place_is_wildcard(&place);
	if (party->has_local && place_same(&place, &party->local))
		return;
	/* A wildcard's port stays its port when one of its addresses is told. */
	if (!party->has_local || place.name || party->local.port != place.port) {
		party_leave(p, party);
		door = door_of(p, &place);
		party->older = door->latest;
		door->latest = party;
	}
	party->local = place;
	party->has_local = true;
	party->local_address = address;
}

bool party_can_be_reached(const struct party *party, const struct place *to, const struct process *from)
{
	bool here = party->local.name || !place_is_wildcard(&party->local);

	if (!place_is_shared(to, party->proc, from))
		return false;
	if (party->anywhere && place_is_group(to))
		return party->local.port == to->port;
	return here ? place_same(&party->local, to) : party->local.port == to->port;
}

struct party *party_at(struct post *p, const struct place *to, const struct event *e)
{
	unsigned looked_at = 0;

	for (struct party *r = door_of(p, to)->latest; r && looked_at++ < POST_WINDOW; r = r->older) {
		bool sure = !place_is_wildcard(&r->local) || place_is_loopback(to);

		if (sure && party_can_be_reached(r, to, e->proc) && (!r->sock->gone || r->sock->held_ns >= e->t_ns))
			return r;
	}
	return NULL;
}

struct sent_queue *door_queue(struct post *p, const struct place *at)
{
	return &door_of(p, at)->lost;
}
