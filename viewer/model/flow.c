/* flow.c: what went through each connection, and what answered what. */
#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/base/work.h"
#include "viewer/model/steps.h"
#include "viewer/model/users.h"

enum { WAITED_NS = 5000000 }; /* hardly an accept that finds a connection takes as long */

static bool is_type(const struct sock *s, const char *type)
{
	return s && s->type && strcmp(s->type, type) == 0;
}

bool flow_one_clock(const struct conn *c)
{
	const struct sock *client = c->ends[SIDE_CLIENT].sock, *server = c->ends[SIDE_SERVER].sock;

	return !client || !server || strcmp(client->boot, server->boot) == 0;
}

bool flow_is_aside(const struct event *e)
{
	static const char *const aside[] = {"\"MSG_PEEK\"", "\"MSG_OOB\"", "\"MSG_ERRQUEUE\""};
	static const char any[] = "\"flags\":[\"";

	if (!e->args_at || (e->call < CALL_COUNT && !(call_table[e->call].kinds & 1ull << KIND_MSGFLAGS)))
		return false;
	if (!memmem(event_args(e), e->args_len, any, sizeof any - 1))
		return false;
	for (size_t i = 0; i < sizeof aside / sizeof *aside; i++)
		if (memmem(event_args(e), e->args_len, aside[i], strlen(aside[i])))
			return true;
	return false;
}

static bool moves(const struct event *e, const struct conn *c)
{
	bool records = c->records;

	if (c->kind != CONN_DATAGRAM && (e->call == CALL_sendmmsg || e->call == CALL_recvmmsg))
		return false; /* unseen.c knows */
	if (e->kind != EVENT_CALL || e->ret < 0 || (e->ret == 0 && !records))
		return false;
	return (flow_is_read(e) || flow_is_write(e)) && !flow_is_aside(e);
}

/* Bytes */

static void count(struct end *end, const struct event *e)
{
	if (event_is_read(e)) {
		end->read += (uint64_t)e->ret;
		end->reads++;
	} else {
		end->written += (uint64_t)e->ret;
		end->writes++;
	}
}

static bool shuts_down(const struct event *e, const char *direction)
{
	const char *how;

	if (e->kind != EVENT_CALL || e->call != CALL_shutdown || e->err)
		return false;
	how = event_arg_text(e, "how");
	return how && (strcmp(how, direction) == 0 || strcmp(how, "SHUT_RDWR") == 0);
}

static void note_event(struct conn *c, struct stream streams[2], struct users users[2], struct event *e)
{
	struct end *end = &c->ends[e->side];
	bool transfer = moves(e, c);

	users_note(&users[e->side], e, transfer);
	if (transfer) {
		if (c->kind != CONN_DATAGRAM)
			count(end, e);
		if (flow_is_read(e))
			vec_push(&streams[other_side_of(e->side)].reads, e);
		else
			vec_push(&streams[e->side].writes, e);
	}
	if (e->kind == EVENT_PENDING && !e->abandoned) {
		end->waiting = e;
		if (event_is_write(e))
			streams[e->side].unfinished = e;
	}
	if (!end->eof_sent && shuts_down(e, "SHUT_WR"))
		end->eof_sent = e;
	if (!end->read_shut && shuts_down(e, "SHUT_RD"))
		end->read_shut = e;
	if (!end->eof_seen && !flow_is_aside(e) && event_is_eof(e))
		end->eof_seen = e;
}

/* Neither end of a socketpair is a server. */
static void note_service(uint8_t *services, const struct conn *c, const struct event *e)
{
	if (c->kind != CONN_STREAM && c->kind != CONN_SEQPACKET)
		return;
	if (event_is_read(e) || event_is_write(e))
		services[e->proc->index] |= SERVICE_MOVED;
	if (behalf_takes_on(e))
		services[e->proc->index] |= SERVICE_TOOK_ON;
}

static bool returns_before(const void *a, const void *b)
{
	return event_end_ns(a) < event_end_ns(b);
}

static void match_streams(struct arena *a, struct conn *c, struct stream streams[2])
{
	if (c->kind == CONN_KERNEL)
		return;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		sort_stable(streams[side].reads.items, streams[side].reads.count, returns_before);
		if (c->kind != CONN_DATAGRAM)
			flow_transfers(a, c, side, &streams[side]);
	}
}

/* Ends */

/* Nothing tells the other end that a socket of datagrams is gone. */
static bool tells_no_end(const struct conn *c)
{
	return c->records && !is_type(c->ends[SIDE_CLIENT].sock, "SOCK_SEQPACKET") &&
	       !is_type(c->ends[SIDE_SERVER].sock, "SOCK_SEQPACKET");
}

/* The end that this side read may be of its own making: its shutdown came before that of the other, or nobody knows whether it did. */
static bool was_made_here(const struct conn *c, enum side side, const struct event *sent)
{
	const struct end *end = &c->ends[side];

	return !end_from_other(end) &&
	       (!conn_end_is_dated(c, other_side_of(side)) || sent->t_ns > end->read_shut->t_ns);
}

/* Which reads took an empty message, and so no end, is known only now. */
static void find_eof_seen(struct conn *c, enum side side)
{
	struct end *end = &c->ends[side];

	if (!end->eof_seen || event_is_eof(end->eof_seen))
		return;
	end->eof_seen = NULL;
	for (size_t i = 0; i < c->events.count && !end->eof_seen; i++) {
		const struct event *e = c->events.items[i];

		if (e->side == side && !flow_is_aside(e) && event_is_eof(e))
			end->eof_seen = e;
	}
}

static void find_eof(struct conn *c)
{
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		find_eof_seen(c, side);
	if (tells_no_end(c))
		return;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		struct end *end = &c->ends[side];

		flow_date_by_reader(c, side);
		if (!end->eof_sent && end->sock && end->sock->conn == c)
			end->eof_sent = end->sock->gone;
	}
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		struct event *seen = (struct event *)c->ends[side].eof_seen;
		const struct event *sent = c->ends[other_side_of(side)].eof_sent;

		/* A dead process's last event stands for its end; its own read cannot have seen that. */
		if (seen && sent && sent != seen && !was_made_here(c, side, sent) &&
		    (sent->t_ns <= event_end_ns(seen) || !flow_one_clock(c)))
			seen->cause = sent;
	}
}

static bool is_over(const struct end *end, const struct conn *c)
{
	return !end->sock || end->sock->gone || end->sock->conn != c;
}

/* Datagrams that nobody received; where the other end is not traced nobody knows. */
static void find_lost(struct conn *c)
{
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		struct end *end = &c->ends[side];

		if (!c->ends[other_side_of(side)].sock) {
			end->sent.count = 0;
			end->followed = 0;
		}
		for (size_t i = 0; i < end->sent.count; i++)
			if (!end->sent.items[i].read)
				end->unread += end->sent.items[i].len;
	}
}

static bool was_refused(const struct conn *c)
{
	for (size_t i = 0; i < c->events.count; i++)
		if (text_is(c->events.items[i]->err, "ECONNREFUSED"))
			return true;
	return false;
}

/* Behind a reset that it was told of, and a shutdown of its own, a client reads an end that nobody sent. */
static bool was_sent_end(const struct conn *c)
{
	const struct event *seen = c->ends[SIDE_CLIENT].eof_seen;

	for (size_t i = 0; seen && i < c->events.count && c->events.items[i] != seen; i++) {
		const struct event *e = c->events.items[i];

		if (e->side == SIDE_CLIENT && (text_is(e->err, "ECONNRESET") || shuts_down(e, "SHUT_RD")))
			return false;
	}
	return seen;
}

bool flow_was_answered(const struct conn *c)
{
	return c->ends[SIDE_CLIENT].read || was_sent_end(c);
}

/* As far as is known: somebody of whom no record tells may have accepted it. */
static bool lay_in_backlog(const struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made;

	return connect && connect->kind != EVENT_INHERIT && c->kind != CONN_DATAGRAM && c->listener &&
	       !c->ends[SIDE_SERVER].made && !flow_was_answered(c);
}

/* A connect that did not wait, and was not asked about: whatever comes next is told. */
static bool was_refused_later(const struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made;
	bool may_be = c->kind == CONN_STREAM && (c->outcome == CONN_PENDING || c->outcome == CONN_FAILED);

	return may_be && connect && event_is_under_way(connect) && was_refused(c);
}

static void find_outcome(struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *server = &c->ends[SIDE_SERVER];

	if (was_refused_later(c))
		c->outcome = CONN_REFUSED;
	if (c->kind == CONN_STREAM && c->outcome == CONN_REFUSED)
		c->listener = NULL; /* who was taken for that when it began was dead */
	if (c->outcome == CONN_PENDING && (client->writes || client->reads || client->eof_seen))
		c->outcome = CONN_OPEN;
	if (c->kind == CONN_DATAGRAM && !client->read && was_refused(c))
		c->outcome = CONN_REFUSED;
	if (c->outcome != CONN_OPEN)
		return;
	if (lay_in_backlog(c))
		c->undecided |= conn_may_be_accepted_unrecorded(c);
	if (lay_in_backlog(c) && !c->undecided)
		c->outcome = CONN_NOT_ACCEPTED;
	else if (is_over(client, c) && is_over(server, c))
		c->outcome = CONN_CLOSED;
}

static void find_queue(struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made;
	struct event *accept = (struct event *)c->ends[SIDE_SERVER].made;

	if (!connect || !accept || !event_connects(connect) || !event_is_accept(accept))
		return;
	accept->cause = connect;
	/* One that went on by itself had not got that far when an accept waited for it. */
	if (event_is_under_way(connect) && accept->dt_ns >= WAITED_NS)
		return;
	if (connect->kind == EVENT_CALL && accept->t_ns > event_end_ns(connect))
		c->queued_ns = accept->t_ns - event_end_ns(connect);
}

/* What one thread needs for a connection after the other. */
struct hand {
	struct arena *arena;
	struct stream streams[2];
	struct users users[2];
	uint8_t *services; /* as in struct build */
};

static void empty(struct hand *h)
{
	for (int i = 0; i < 2; i++) {
		h->streams[i].reads.count = h->streams[i].writes.count = 0;
		h->streams[i].unfinished = NULL;
		h->users[i].list.count = 0;
	}
}

static void release(struct hand *h)
{
	for (int i = 0; i < 2; i++) {
		vec_free(&h->streams[i].reads);
		vec_free(&h->streams[i].writes);
		vec_free(&h->users[i].list);
	}
}

static void follow(const struct trace *t, struct hand *h, struct conn *c)
{
	empty(h);
	for (size_t i = 0; i < c->events.count; i++) {
		struct event *e = c->events.items[i];

		note_event(c, h->streams, h->users, e);
		if (e->side == SIDE_SERVER)
			note_service(h->services, c, e);
		if (event_end_ns(e) > c->ended_ns)
			c->ended_ns = event_end_ns(e);
	}
	match_streams(h->arena, c, h->streams);
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		users_choose(&h->users[side], &c->ends[side], &c->ends[other_side_of(side)]);
	find_eof(c);
	find_queue(c);
	if (c->kind == CONN_DATAGRAM)
		find_lost(c);
	find_outcome(c);
	if (!c->records)
		flow_unseen(t, c, h->streams);
	flow_exchanges(h->arena, c, h->streams);
}

/* Connections have nothing to do with each other here. */
struct following {
	struct trace *t;
	struct hand *hands;
};

static void follow_some(void *context, size_t worker, size_t from, size_t to)
{
	struct following *f = context;

	for (size_t i = from; i < to; i++)
		follow(f->t, &f->hands[worker], f->t->conns.items[i]);
}

void build_flow(struct build *b)
{
	size_t width = work_width(work_pieces(b->t->conns.count, BUILD_AT_A_TIME));
	size_t procs = b->t->procs.count + 1;
	struct following f = {.t = b->t, .hands = mem_zeroed(mem_product(width, sizeof *f.hands))};

	for (size_t i = 0; i < width; i++) {
		f.hands[i].arena = b->hands[i];
		f.hands[i].services = arena_alloc(b->scratch, procs * sizeof *b->services);
	}
	work_ranges(b->t->conns.count, BUILD_AT_A_TIME, follow_some, &f);
	for (size_t i = 0; i < width; i++) {
		for (size_t k = 0; k < procs; k++)
			b->services[k] |= f.hands[i].services[k];
		release(&f.hands[i]);
	}
	free(f.hands);
}
