/* groups.c: datagrams to many: multicast and broadcast. Each that received one has a connection of its own with who sent it. */
#include "viewer/model/post.h"

/* The channel to the group itself serves the first who received anything of it. */
static struct channel *own_channel(struct post *p, struct party *receiver, const struct sent *s, struct event *read,
				   const struct place *from)
{
	struct channel *ch = s->channel, *own = from ? channel_with(p, receiver, from) : NULL;
	struct party *sender = ch->parties[SIDE_CLIENT];

	if (ch->parties[SIDE_SERVER] == receiver)
		return ch;
	if (own && own->member && own->parties[SIDE_CLIENT] == sender && own->parties[SIDE_SERVER] == receiver)
		return own;
	if (!ch->parties[SIDE_SERVER] && receiver != sender) {
		ch->parties[SIDE_SERVER] = receiver;
		own = ch;
	} else {
		const struct transfer *t = &ch->conn->ends[SIDE_CLIENT].sent.items[s->index];

		own = channel_new(p, sender, SIDE_CLIENT, (struct event *)t->write, ch->conn->ends[SIDE_SERVER].addr);
		own->to = receiver->local;
	}
	own->member = true;
	channel_set_end(own, SIDE_SERVER, receiver, read);
	if (from)
		channel_set(p, receiver, from, own);
	return own;
}

/* The message, once more, as sent to this receiver alone. */
static size_t copy(struct arena *a, struct channel *own, struct transfer t)
{
	struct end *end = &own->conn->ends[SIDE_CLIENT];

	t.at = end->followed;
	t.read = NULL;
	end->followed += t.len;
	end->written += t.len;
	end->writes++;
	vec_push_in(a, &end->sent, t);
	return end->sent.count - 1;
}

void group_take(struct post *p, struct party *receiver, struct sent *s, const struct message *m,
		const struct place *from, const struct address *address)
{
	struct event *read = m->event;
	struct channel *own = own_channel(p, receiver, s, read, from);
	const struct transfer *sent = &s->channel->conn->ends[SIDE_CLIENT].sent.items[s->index];
	size_t index = own == s->channel ? s->index : copy(p->b->t->arena, own, *sent);
	struct taker *taker = arena_alloc(p->b->scratch, sizeof *taker);

	*taker = (struct taker){receiver, s->takers};
	s->takers = taker;
	if (from)
		channel_locate(p, own->parties[SIDE_CLIENT], address);
	own->conn->ends[SIDE_CLIENT].sent.items[index].read = read;
	channel_received(own, SIDE_SERVER, m);
	if (!read->cause) {
		read->cause = own->conn->ends[SIDE_CLIENT].sent.items[index].write;
		read->transfer = (uint32_t)index;
	}
}
