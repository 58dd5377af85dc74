/* packets: the packets that a kernel would have sent for the calls of a trace. */
#include "viewer/export/packets.h"

#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/messages.h"

/* One connection while its packets are found. */
struct talk {
	struct packets *packets;
	struct arena *scratch;
	const struct conn *conn;
	size_t first; /* of its packets */
};

static enum side other(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

static const char *socket_word(const struct conn *c, const char *(*word)(const struct sock *))
{
	for (int side = 0; side < 2; side++)
		if (c->ends[side].sock && word(c->ends[side].sock))
			return word(c->ends[side].sock);
	return c->listener && word(c->listener) ? word(c->listener) : "";
}

static const char *family_of(const struct sock *s)
{
	return s->family;
}

static const char *type_of(const struct sock *s)
{
	return s->type;
}

static const char *protocol_of(const struct sock *s)
{
	return s->protocol;
}

bool packets_are_local(const struct conn *c)
{
	return c->kind == CONN_PAIR || strcmp(socket_word(c, family_of), "AF_UNIX") == 0;
}

bool packets_are_datagrams(const struct conn *c)
{
	return c->records;
}

/* Whether there is a packet for it: no ICMP, no SCTP, no Bluetooth. */
static bool has_packets(const struct conn *c)
{
	const char *family = socket_word(c, family_of), *protocol = socket_word(c, protocol_of);

	if (packets_are_local(c))
		return true;
	if (strcmp(family, "AF_INET") != 0 && strcmp(family, "AF_INET6") != 0)
		return false;
	if (*protocol && strcmp(protocol, c->records ? "IPPROTO_UDP" : "IPPROTO_TCP") != 0 &&
	    strcmp(protocol, "IPPROTO_MPTCP") != 0)
		return false;
	return strcmp(socket_word(c, type_of), c->records ? "SOCK_DGRAM" : "SOCK_STREAM") == 0;
}

static void add(struct talk *k, struct packet packet)
{
	struct packet *kept = arena_alloc(k->packets->arena, sizeof *kept);

	*kept = packet;
	kept->conn = k->conn;
	vec_push(&k->packets->list, kept);
}

/* Data */

static bool moves_in(const struct event *e)
{
	return event_is_read(e) || e->call == CALL_recvmmsg;
}

/* More than one call can move is no number to believe. */
static bool is_sane(const struct event *e)
{
	return e->kind != EVENT_CALL || (e->ret >= 0 && e->ret <= INT32_MAX);
}

/* All that a call moved, in messages one behind the other. */
static void add_messages(struct talk *k, struct event *e, enum side from)
{
	struct messages m = messages_of(k->scratch, e);
	uint32_t at = 0;

	for (size_t i = 0; i < m.count; at += m.items[i++].len)
		if (m.items[i].len || k->conn->records)
			add(k, (struct packet){.at_ns = moves_in(e) ? event_end_ns(e) : e->t_ns,
					       .event = e,
					       .len = m.items[i].len,
					       .data_at = at,
					       .kind = k->conn->records ? PACKET_DATAGRAM : PACKET_DATA,
					       .from = from});
}

/* Bytes that no recorded call wrote are known from who read them, and it is known which they are if they are all it read. */
static void add_unseen(struct talk *k, const struct event *e)
{
	if (e->unseen)
		add(k, (struct packet){.at_ns = event_end_ns(e),
				       .event = e,
				       .len = e->unseen,
				       .data_at = e->unseen == (uint64_t)e->ret ? 0 : PACKET_NO_BYTES,
				       .kind = PACKET_DATA,
				       .from = other(e->side)});
}

/* A write that never returned, by what was read of it. */
static void add_unfinished(struct talk *k, const struct event *e)
{
	struct transfers written = transfers_of(e);
	uint32_t len = 0;

	for (size_t i = 0; i < written.count; i++)
		len += written.items[i].len;
	if (len)
		add(k, (struct packet){.at_ns = e->t_ns,
				       .event = e,
				       .len = len,
				       .data_at = PACKET_NO_BYTES,
				       .kind = PACKET_DATA,
				       .from = e->side});
}

static void add_stream(struct talk *k)
{
	for (size_t i = 0; i < k->conn->events.count; i++) {
		struct event *e = k->conn->events.items[i];

		if (e->side == SIDE_NONE || !is_sane(e))
			continue;
		if (e->kind == EVENT_PENDING && event_is_write(e))
			add_unfinished(k, e);
		else if (!moves_in(e))
			add_messages(k, e, e->side);
		else if (!k->conn->ends[other(e->side)].proc)
			add_messages(k, e, other(e->side));
		else
			add_unseen(k, e);
	}
}

/* Where a message begins in the bytes that its call moved; of a batch only if all of it went the same way. */
static uint32_t place_in_batch(struct talk *k, const struct transfer *items, size_t count, size_t i)
{
	struct event *e = (struct event *)items[i].write;
	size_t first = i, last = i;
	uint32_t at = 0;

	if (e->call != CALL_sendmmsg)
		return 0;
	while (first > 0 && items[first - 1].write == e)
		at += items[--first].len;
	while (last + 1 < count && items[last + 1].write == e)
		last++;
	return messages_of(k->scratch, e).count == last + 1 - first ? at : PACKET_NO_BYTES;
}

static void add_sent(struct talk *k, enum side from)
{
	const struct end *end = &k->conn->ends[from];

	for (size_t i = 0; i < end->sent.count; i++) {
		const struct transfer *s = &end->sent.items[i];
		const struct event *e = s->write ? s->write : s->read;

		if (!e || !is_sane(e))
			continue;
		add(k, (struct packet){.at_ns = s->write ? e->t_ns : event_end_ns(e),
				       .event = e,
				       .len = s->len,
				       .data_at = s->write ? place_in_batch(k, end->sent.items, end->sent.count, i) : 0,
				       .kind = PACKET_DATAGRAM,
				       .from = from});
	}
}

static void add_datagrams(struct talk *k)
{
	for (enum side from = SIDE_CLIENT; from <= SIDE_SERVER; from++) {
		if (k->conn->ends[from].sent.count) {
			add_sent(k, from);
			continue;
		}
		for (size_t i = 0; i < k->conn->events.count; i++) {
			struct event *e = k->conn->events.items[i];

			if (is_sane(e) && e->side == (moves_in(e) ? other(from) : from) &&
			    (!moves_in(e) || !k->conn->ends[from].proc))
				add_messages(k, e, from);
		}
	}
}

/* Beginnings */

static bool was_asked(const struct event *made)
{
	return made && (made->kind == EVENT_CALL || made->kind == EVENT_PENDING);
}

/* The server's kernel answered before connect returned, accept did, or a byte went. */
static uint64_t answered_ns(const struct talk *k, uint64_t asked_ns)
{
	const struct event *client = k->conn->ends[SIDE_CLIENT].made, *server = k->conn->ends[SIDE_SERVER].made;
	uint64_t at = UINT64_MAX;

	if (was_asked(client) && client->kind == EVENT_CALL)
		at = event_end_ns(client);
	if (was_asked(server) && server->kind == EVENT_CALL && event_end_ns(server) < at)
		at = event_end_ns(server);
	for (size_t i = k->first; i < k->packets->list.count; i++)
		if (k->packets->list.items[i]->at_ns < at)
			at = k->packets->list.items[i]->at_ns;
	return at < asked_ns ? asked_ns : at;
}

static void add_beginning(struct talk *k)
{
	const struct conn *c = k->conn;
	const struct event *client = c->ends[SIDE_CLIENT].made, *server = c->ends[SIDE_SERVER].made;
	uint64_t asked_ns, at;

	if (!was_asked(client) && !was_asked(server))
		return; /* made before the trace began */
	at = answered_ns(k, 0);
	asked_ns = was_asked(client) ? client->t_ns : at;
	at = at < asked_ns ? asked_ns : at;
	add(k, (struct packet){.at_ns = asked_ns,
			       .event = was_asked(client) ? client : NULL,
			       .kind = PACKET_SYN,
			       .from = SIDE_CLIENT});
	if (c->outcome == CONN_REFUSED)
		add(k, (struct packet){.at_ns = event_end_ns(client), .kind = PACKET_REFUSAL, .from = SIDE_SERVER});
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED || c->outcome == CONN_PENDING)
		return;
	add(k, (struct packet){.at_ns = at,
			       .event = was_asked(server) ? server : NULL,
			       .kind = PACKET_SYN_ACK,
			       .from = SIDE_SERVER});
	add(k, (struct packet){.at_ns = at, .kind = PACKET_ACK, .from = SIDE_CLIENT});
}

/* Ends */

/* That of who was killed went out at a time that only the other end can tell, by finding it. */
static void add_fin(struct talk *k, enum side side)
{
	const struct event *seen = end_from_other(&k->conn->ends[other(side)]);
	bool dated = conn_end_is_dated(k->conn, side);

	if (dated || seen)
		add(k, (struct packet){.at_ns = dated ? conn_ended_ns(k->conn, side) : event_end_ns(seen),
				       .event = dated ? k->conn->ends[side].eof_sent : seen,
				       .kind = PACKET_FIN,
				       .from = side});
}

static void add_ends(struct talk *k)
{
	const struct reset *r = k->conn->reset;
	const struct event *why = !r ? NULL : r->cause ? r->cause : r->seen;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		const struct event *eof = k->conn->ends[side].eof_sent;

		if (eof && !(why == eof && r->by == side))
			add_fin(k, side);
	}
	if (why)
		add(k, (struct packet){.at_ns = r->cause ? why->t_ns : event_end_ns(why),
				       .event = why,
				       .kind = PACKET_RST,
				       .from = r->by});
}

/* At one moment a connection begins before it carries, and carries before it ends: the order of the kinds. */
static bool is_earlier(const void *a, const void *b)
{
	const struct packet *x = a, *y = b;

	return x->at_ns != y->at_ns ? x->at_ns < y->at_ns : x->kind < y->kind;
}

static void add_tcp(struct talk *k)
{
	add_stream(k);
	add_beginning(k); /* the first data says when the handshake was over at the latest */
	if (k->conn->outcome == CONN_OPEN || k->conn->outcome == CONN_CLOSED || k->conn->outcome == CONN_NOT_ACCEPTED)
		add_ends(k);
}

void packets_find(struct packets *p, struct trace *t, const struct choice *choice)
{
	struct arena *scratch = arena_new();

	p->arena = arena_new();
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];
		struct talk k = {p, scratch, c, p->list.count};

		if (!choice_has_conn(choice, c))
			continue;
		if (c->kind == CONN_KERNEL)
			p->kernel++;
		else if (!has_packets(c))
			p->other++;
		else if (packets_are_datagrams(c))
			add_datagrams(&k);
		else
			add_tcp(&k);
	}
	arena_free(scratch);
	sort_stable(p->list.items, p->list.count, is_earlier);
}

void packets_free(struct packets *p)
{
	vec_free(&p->list);
	arena_free(p->arena);
}
