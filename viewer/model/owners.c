/* owners.c: which datagram sockets told a port to be their own: by bind, by what getsockname or a connect found. */
#include <string.h>

#include "viewer/model/post.h"

struct owned {
	uint16_t port;
	const struct owner *latest;
};

static bool same_port(const void *value, const void *key)
{
	return ((const struct owned *)value)->port == *(const uint16_t *)key;
}

static struct owned *owned_at(const struct post *p, uint16_t port)
{
	return map_find(&p->owned, hash_number(0, port), same_port, &port);
}

static struct owned *owned_or_new(struct post *p, uint16_t port)
{
	struct owned *o = owned_at(p, port);

	if (o)
		return o;
	o = arena_alloc(p->b->scratch, sizeof *o);
	o->port = port;
	map_add(&p->owned, hash_number(0, port), o);
	return o;
}

void owners_note(struct post *p, const struct event *e)
{
	const struct address *own = e->call == CALL_bind && !e->err ? e->addr : e->local;
	struct owned *at = own && own->port ? owned_or_new(p, own->port) : NULL;
	struct owner *o;

	if (!at || (at->latest && at->latest->sock == e->socket))
		return;
	o = arena_alloc(p->b->scratch, sizeof *o);
	*o = (struct owner){e->socket, e->proc, at->latest};
	at->latest = o;
}

const struct owner *owners_of(const struct post *p, uint16_t port)
{
	const struct owned *o = owned_at(p, port);

	return o ? o->latest : NULL;
}

static bool is_one_network(const struct process *a, const struct process *b)
{
	return strcmp(a->boot, b->boot) == 0 && (!a->netns || !b->netns || a->netns == b->netns);
}

static bool was_there(const struct sock *s, uint64_t from_ns, uint64_t until_ns)
{
	return (!s->made || s->made->t_ns <= until_ns) && (!s->gone || s->held_ns >= from_ns);
}

bool owners_exclude(const struct message *received, const struct sock *sender, const struct event *sent)
{
	unsigned looked_at = 0;

	for (const struct owner *o = received->owners; o && looked_at++ < POST_WINDOW; o = o->next)
		if (o->sock != sender && is_one_network(o->proc, sent->proc) &&
		    was_there(o->sock, sent->t_ns, event_end_ns(received->event)))
			return true;
	return false;
}
