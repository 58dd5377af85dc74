/*
 * strangers.c: datagrams that somebody untraced may have sent. The port of who never told his own is known only from who received
 * something of his; where the same was received from more such ports than traced sockets sent it from, it tells nothing.
 */
#include "viewer/model/post.h"

/* The same bytes, sent to one port. */
struct saying {
	uint16_t to;
	uint32_t len;
	uint64_t bytes;          /* hash of those that were recorded */
	unsigned senders, ports; /* sockets that never told their port; such ports that it was received from */
};

/* Who says what, told once: a sender's socket, a port. */
struct once {
	const struct saying *saying;
	const void *sender;
	uint16_t port;
};

static bool same_saying(const void *value, const void *key)
{
	const struct saying *a = value, *b = key;

	return a->to == b->to && a->len == b->len && a->bytes == b->bytes;
}

static uint64_t saying_hash(const struct saying *s)
{
	return hash_number(hash_number(s->bytes, s->len), s->to);
}

static struct saying saying_of(struct post *p, const struct message *m, uint16_t to)
{
	char *bytes = arena_alloc(p->b->scratch, m->event->data_len + 1);

	event_data(m->event, bytes);
	return (struct saying){.to = to, .len = m->len, .bytes = hash_bytes(0, bytes, m->event->data_len)};
}

static struct saying *make_saying(struct post *p, const struct message *m, uint16_t to)
{
	struct saying key = saying_of(p, m, to), *s = map_find(&p->sayings, saying_hash(&key), same_saying, &key);

	if (s)
		return s;
	s = arena_alloc(p->b->scratch, sizeof *s);
	*s = key;
	map_add(&p->sayings, saying_hash(s), s);
	return s;
}

static bool same_once(const void *value, const void *key)
{
	const struct once *a = value, *b = key;

	return a->saying == b->saying && a->sender == b->sender && a->port == b->port;
}

static uint64_t once_hash(const struct once *o)
{
	return hash_number(hash_number((uintptr_t)o->saying, (uintptr_t)o->sender), o->port);
}

/* Whether it was not known yet. */
static bool is_new(struct post *p, const struct once *key)
{
	struct once *o;

	if (map_find(&p->once, once_hash(key), same_once, key))
		return false;
	o = arena_alloc(p->b->scratch, sizeof *o);
	*o = *key;
	map_add(&p->once, once_hash(o), o);
	return true;
}

static uint16_t port_of(const struct address *a)
{
	return a ? a->port : 0;
}

static void note_message(struct post *p, const struct message *m)
{
	const struct sock *s = m->event->socket;
	bool sent = flow_is_write(m->event);
	uint16_t own = port_of(s->local), other = port_of(m->address);
	struct saying *saying;

	if (!other || (sent ? own != 0 : !own || owners_of(p, other)))
		return;
	saying = make_saying(p, m, sent ? other : own);
	if (sent)
		saying->senders += is_new(p, &(struct once){saying, s, 0});
	else
		saying->ports += is_new(p, &(struct once){saying, NULL, other});
}

void strangers_note(struct post *p, struct event *e)
{
	struct messages messages = messages_of(p->b->scratch, e);

	for (size_t i = 0; i < messages.count; i++)
		note_message(p, &messages.items[i]);
}

bool strangers_may_say(struct post *p, const struct message *m, uint16_t from, uint16_t to)
{
	struct saying key, *s;

	if (!to || (from && owners_of(p, from)))
		return false;
	key = saying_of(p, m, to);
	s = map_find(&p->sayings, saying_hash(&key), same_saying, &key);
	return s && s->senders && s->ports > s->senders;
}
