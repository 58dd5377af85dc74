/*
 * datagrams.c: who sent which datagram to whom. A pair of sockets that sent each other something is a connection here, and
 * so are a socket and an address behind which nobody is traced.
 *
 * A sender's own address is often known only from who received what it sent, and where a wildcard socket can be reached
 * is not in the trace: a message finds its way by its length and first bytes, in the order of sending, which is the
 * order of a socket's queue, unless a stranger's may be meant (strangers.c). What nobody received was lost, or is still
 * on its way.
 */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/post.h"

/* An event in the order of its effect. */
struct act {
	struct event *event;
	uint64_t at_ns;
};

/* Sides */

static enum side side_in(const struct channel *ch, const struct party *party)
{
	return ch->parties[SIDE_SERVER] == party ? SIDE_SERVER : SIDE_CLIENT;
}

/* What a socket sends to itself it sends as the client of itself. */
static enum side sending_side(const struct channel *ch, const struct party *from)
{
	return ch->parties[SIDE_CLIENT] == from ? SIDE_CLIENT : SIDE_SERVER;
}

/* Sending */

static void enqueue(struct sent_queue *q, struct channel *ch, enum side from)
{
	struct sent s = {ch, from, ch->conn->ends[from].sent.count - 1, NULL};

	vec_push(&q->list, s);
}

/* As long as nobody has received anything of it; a socket may be bound there only now. */
static void note_reached(struct post *p, struct channel *ch, const struct event *sent)
{
	const struct party *there = ch->parties[SIDE_SERVER];

	if (ch->group || ch->conn->ends[SIDE_SERVER].sock || ch->conn->listener)
		return;
	if (!there)
		there = party_at(p, &ch->to, sent);
	if (there)
		ch->conn->listener = there->sock;
}

static void post_message(struct post *p, struct channel *ch, enum side from, const struct message *m)
{
	struct end *end = &ch->conn->ends[from];
	struct party *to = ch->parties[other_side_of(from)];
	struct transfer t = {.write = m->event, .at = end->followed, .len = m->len};

	if (!end->sent.count || end->sent.items[end->sent.count - 1].write != m->event)
		m->event->transfer = (uint32_t)end->sent.count;
	vec_push_in(p->b->t->arena, &end->sent, t);
	end->followed += m->len;
	end->written += m->len;
	end->writes++;
	if (from == SIDE_CLIENT && !ch->conn->ends[SIDE_SERVER].sock && !ch->parties[from]->has_local)
		ch->conn->undecided |= strangers_may_say(p, m, 0, ch->to.port);
	if (from == SIDE_CLIENT)
		note_reached(p, ch, m->event);
	channel_claim(ch, from, m->event);
	if (to && !(ch->group && from == SIDE_CLIENT))
		enqueue(&to->inbox, ch, from);
	else if (from == SIDE_CLIENT)
		enqueue(door_queue(p, &ch->to), ch, from);
}

static struct channel *open_channel(struct post *p, struct party *from, const struct place *to, struct event *e,
				    const struct address *address)
{
	struct channel *ch = channel_new(p, from, SIDE_CLIENT, e, address);
	struct party *receiver;

	ch->to = *to;
	ch->group = place_is_group(to);
	receiver = ch->group ? NULL : party_at(p, to, e);
	if (receiver) {
		ch->parties[SIDE_SERVER] = receiver;
		if (receiver != from && from->has_local && !place_is_wildcard(&from->local) &&
		    !channel_with(p, receiver, &from->local))
			channel_set(p, receiver, &from->local, ch);
	}
	channel_set(p, from, to, ch);
	return ch;
}

static void send_message(struct post *p, struct party *from, const struct message *m)
{
	const struct address *address = m->address ? m->address : from->remote_address;
	struct channel *ch;
	struct place to;

	if (!place_of(&to, p->b->scratch, address, from->proc))
		return;
	ch = channel_with(p, from, &to);
	if (!ch)
		ch = open_channel(p, from, &to, m->event, address);
	post_message(p, ch, sending_side(ch, from), m);
}

/* Receiving */

static void take(struct party *receiver, struct sent *s, const struct message *m)
{
	struct channel *ch = s->channel;
	enum side to = other_side_of(s->from);
	struct end *end = &ch->conn->ends[s->from];
	struct transfer *t = &end->sent.items[s->index];
	struct event *read = m->event;

	s->channel = NULL;
	t->read = read;
	channel_received(ch, to, m);
	if (!read->cause) {
		read->cause = t->write;
		read->transfer = (uint32_t)s->index;
	}
	if (!ch->conn->ends[to].sock)
		channel_set_end(ch, to, receiver, read);
}

void channel_locate(struct post *p, struct party *sender, const struct address *address)
{
	const struct address *own = sender->sock->local;

	if (sender->has_local && !place_is_wildcard(&sender->local))
		return;
	if (!sender->has_local && (!own || (own->host && !own->port)))
		sender->sock->local = address;
	party_settle(p, sender, address);
}

/* Now it is known where who sent this can be reached, and that its messages come here. */
static void learn(struct post *p, struct party *receiver, const struct sent *s, const struct place *from,
		  const struct address *address)
{
	struct channel *ch = s->channel;
	struct party *sender = ch->parties[s->from];

	ch->parties[other_side_of(s->from)] = receiver;
	if (!from)
		return;
	channel_locate(p, sender, address);
	channel_set(p, receiver, from, ch);
}

static struct sent *find_sender(struct post *p, struct party *receiver, const struct message *m,
				const struct place *from, const struct channel *over)
{
	struct sent *s = queue_find(&receiver->inbox, receiver, m, from, over);

	if (s || !receiver->has_local)
		return s;
	return queue_find(door_queue(p, &receiver->local), receiver, m, from, over);
}

/* Where it is not said who sent what is in no queue. Who is bound anybody may have sent to. */
static struct channel *only_channel(const struct party *receiver)
{
	return receiver->bound || receiver->has_several ? NULL : receiver->latest;
}

static void receive_message(struct post *p, struct party *receiver, struct message *m)
{
	const struct address *address = m->address ? m->address : receiver->remote_address;
	struct place place, *from = place_of(&place, p->b->scratch, address, receiver->proc) ? &place : NULL;
	struct channel *over = from ? channel_with(p, receiver, from) : NULL;
	struct sent *s;

	m->owners = from ? owners_of(p, from->port) : NULL;
	m->of_stranger = from && strangers_may_say(p, m, from->port, receiver->local.port);
	s = find_sender(p, receiver, m, from,
			over && over->parties[other_side_of(side_in(over, receiver))] ? over : NULL);
	if (!s && from && !m->address && receiver->has_several) {
		/* What came before the latest connect waits in the queue still. */
		s = find_sender(p, receiver, m, NULL, NULL);
		from = s ? NULL : from;
	}
	if (s && sent_to_group(s)) {
		group_take(p, receiver, s, m, from, address);
		return;
	}
	if (s) {
		if (s->channel != over)
			learn(p, receiver, s, from, address);
		take(receiver, s, m);
		return;
	}
	if (!from)
		over = only_channel(receiver);
	if (!over && from) {
		over = channel_new(p, receiver, SIDE_SERVER, m->event, address);
		over->conn->undecided = m->of_stranger;
		channel_set(p, receiver, from, over);
	}
	if (!over)
		return;
	channel_received(over, side_in(over, receiver), m);
}

/* All in order */

/* To disconnect gives a port back that bind did not ask for: what is sent next comes from another. */
static bool gives_port_back(const struct party *party, const struct event *e, const struct address *to)
{
	if (!to || !text_is(to->family, "AF_UNSPEC"))
		return false;
	return e->local ? e->local->host && !e->local->port : !party->bound;
}

static void connect_to(struct post *p, struct party *party, const struct event *e)
{
	const struct address *to = e->peer ? e->peer : e->addr;
	struct place place;
	bool remote;

	if (e->err)
		return;
	remote = place_of(&place, p->b->scratch, to, e->proc);
	party->remote_address = remote ? to : NULL;
	party->connect = remote ? e : NULL;
	if (gives_port_back(party, e, to))
		party_leave(p, party);
	else
		party_settle(p, party, e->local);
}

static void perform(struct post *p, struct event *e)
{
	struct party *party = party_of(p, e->socket, e->proc);
	struct messages messages;

	if (e->call == CALL_connect) {
		connect_to(p, party, e);
		return;
	}
	if (e->call == CALL_bind && !e->err) {
		party->bound = true;
		party_settle(p, party, e->addr);
		return;
	}
	messages = messages_of(p->b->scratch, e);
	for (size_t i = 0; i < messages.count; i++) {
		if (flow_is_write(e))
			send_message(p, party, &messages.items[i]);
		else
			receive_message(p, party, &messages.items[i]);
	}
	if (!messages.count && e->local && !e->err)
		party_settle(p, party, e->local);
	if (e->kind == EVENT_INHERIT && e->peer)
		party->remote_address = e->peer;
}

static bool is_ours(const struct sock *s)
{
	bool paired =
		s->conn && s->conn->ends[SIDE_CLIENT].made && s->conn->ends[SIDE_CLIENT].made->call == CALL_socketpair;

	return !paired && (text_is(s->type, "SOCK_DGRAM") || text_is(s->type, "SOCK_RAW")) &&
	       !text_is(s->family, "AF_NETLINK") && !text_is(s->family, "AF_PACKET");
}

static bool comes_before(const void *a, const void *b)
{
	return ((const struct act *)a)->at_ns < ((const struct act *)b)->at_ns;
}

static bool has_ours(const struct trace *t)
{
	for (size_t i = 0; i < t->socks.count; i++)
		if (is_ours(t->socks.items[i]))
			return true;
	return false;
}

static void perform_all(struct post *p)
{
	VEC(struct act *) acts = {0};

	for (size_t i = 0; i < p->b->t->events.count; i++) {
		struct event *e = p->b->t->events.items[i];
		struct act *act;

		if (!e->socket || e->kind == EVENT_PENDING || !is_ours(e->socket))
			continue;
		act = arena_alloc(p->b->scratch, sizeof *act);
		*act = (struct act){e, flow_is_write(e) ? e->t_ns : event_end_ns(e)};
		vec_push(&acts, act);
	}
	sort_stable(acts.items, acts.count, comes_before);
	for (size_t i = 0; i < acts.count; i++)
		owners_note(p, acts.items[i]->event);
	for (size_t i = 0; i < acts.count; i++)
		strangers_note(p, acts.items[i]->event);
	for (size_t i = 0; i < acts.count; i++)
		perform(p, acts.items[i]->event);
	vec_free(&acts);
}

static void note_serves(const struct post *p, struct sock *s)
{
	const struct party *party = s ? party_known(p, s) : NULL;

	if (party)
		s->serves = party->bound;
}

/* What is known only in the end: where the two could be reached, and who waited to be sent to. */
static void name_ends(struct post *p)
{
	for (size_t i = 0; i < p->b->t->conns.count; i++) {
		struct conn *c = p->b->t->conns.items[i];

		for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
			struct end *end = &c->ends[side];
			struct party *party = end->sock ? party_known(p, end->sock) : NULL;

			if (party && !end->addr)
				end->addr = party->local_address;
		}
		note_serves(p, c->ends[SIDE_SERVER].sock);
		note_serves(p, c->listener);
	}
}

void build_datagrams(struct build *b)
{
	struct post p = {.b = b};

	if (!has_ours(b->t))
		return;
	perform_all(&p);
	name_ends(&p);
	for (size_t i = 0; i < p.queues.count; i++)
		vec_free(&p.queues.items[i]->list);
	vec_free(&p.queues);
	map_free(&p.parties);
	map_free(&p.doors);
	map_free(&p.channels);
	map_free(&p.owned);
	map_free(&p.sayings);
	map_free(&p.once);
}
