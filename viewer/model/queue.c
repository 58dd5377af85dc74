/* queue.c: which of the datagrams that wait was received. */
#include <string.h>

#include "viewer/model/post.h"

/* A room that was too small has cut the rest off. */
static bool has_length(const struct message *received, const struct transfer *sent)
{
	int64_t room;

	if (received->len == sent->len)
		return true;
	if (received->len > sent->len)
		return false;
	if (event_arg_int(received->event, "len", &room) || event_arg_int(received->event, "count", &room))
		return room == (int64_t)received->len;
	return true; /* recvmsg's and readv's room is not in the trace */
}

static bool has_bytes(const struct event *received, const struct event *sent)
{
	char in[256], out[256];
	uint32_t len = received->data_len < sent->data_len ? received->data_len : sent->data_len;

	if (!len || received->data_len > sizeof in || sent->data_len > sizeof out)
		return true;
	event_data(received, in);
	event_data(sent, out);
	return memcmp(in, out, len) == 0;
}

/* Who has not told where it is yet: by the port that it tells later, or by one that can be nobody else's. */
static bool nameless_can_be_from(const struct sock *sender, const struct place *from, const struct message *m,
				 const struct event *sent)
{
	const struct address *own = sender->local;

	if (from->name || m->of_stranger)
		return false;
	if (own && own->port)
		return own->port == from->port;
	return !owners_exclude(m, sender, sent);
}

static bool can_be_from(const struct party *sender, const struct place *from, const struct message *m,
			const struct event *sent)
{
	if (!from)
		return true;
	if (!sender->has_local)
		return nameless_can_be_from(sender->sock, from, m, sent);
	if (sender->local.name || !place_is_wildcard(&sender->local))
		return place_same(&sender->local, from);
	return sender->local.port == from->port;
}

static bool has_taken(const struct sent *s, const struct party *receiver)
{
	for (const struct taker *t = s->takers; t; t = t->next)
		if (t->party == receiver)
			return true;
	return false;
}

/* Whether a waiting message is the one that was received: from that place (NULL: not said), over that channel (NULL: any). */
static bool is_it(const struct sent *s, const struct party *receiver, const struct message *m, const struct place *from,
		  const struct channel *over)
{
	const struct transfer *t;

	if (!s->channel || (over && s->channel != over && !s->channel->group && !s->channel->member) ||
	    has_taken(s, receiver))
		return false;
	/* Its own it receives only where it sent to itself, or to a group that it is in. */
	if (s->channel->parties[s->from] == receiver && s->channel->parties[other_side_of(s->from)] != receiver &&
	    !sent_to_group(s))
		return false;
	t = &s->channel->conn->ends[s->from].sent.items[s->index];
	if (!can_be_from(s->channel->parties[s->from], from, m, t->write) || !has_length(m, t))
		return false;
	if ((!s->channel->parties[other_side_of(s->from)] || sent_to_group(s)) &&
	    !party_can_be_reached(receiver, &s->channel->to, t->write->proc))
		return false;
	if (t->write->t_ns > event_end_ns(m->event) && strcmp(t->write->proc->boot, m->event->proc->boot) == 0)
		return false;
	return has_bytes(m->event, t->write);
}

/* What was overtaken by far was lost. */
static void drop_old(struct sent_queue *q, size_t found)
{
	while (q->head < q->list.count && (!q->list.items[q->head].channel || found - q->head > POST_WINDOW))
		q->head++;
}

struct sent *queue_find(struct sent_queue *q, const struct party *receiver, const struct message *m,
			const struct place *from, const struct channel *over)
{
	size_t end = q->list.count;

	if (q->fruitless > POST_FRUITLESS && end - q->head > POST_WINDOW)
		end = q->head + POST_WINDOW;
	for (size_t i = q->head; i < end; i++) {
		if (!is_it(&q->list.items[i], receiver, m, from, over))
			continue;
		drop_old(q, i);
		return &q->list.items[i];
	}
	q->fruitless += end - q->head > POST_WINDOW;
	return NULL;
}
