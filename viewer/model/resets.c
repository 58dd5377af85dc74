/*
 * resets.c: connections that were reset, and why. The trace has no segments: a reset is inferred from what calls answered
 * and from what was open when. tcp(7), RFC 9293 3.10; Linux's tcp_close and unix_release_sock answer unread bytes with it.
 */
#include <string.h>

#include "viewer/base/work.h"
#include "viewer/model/steps.h"

static bool is_tcp(const struct sock *s)
{
	return s && (text_is(s->family, "AF_INET") || text_is(s->family, "AF_INET6")) &&
	       text_is(s->type, "SOCK_STREAM");
}

static bool died_of_sigpipe(const struct event *e)
{
	return e->kind == EVENT_PENDING && !e->abandoned && event_is_write(e) &&
	       text_is(e->proc->end_signal, "SIGPIPE");
}

/* EPIPE is also the answer to who writes after its own shutdown. */
static bool tells_of_reset(const struct conn *c, const struct event *e)
{
	const struct end *end = &c->ends[e->side];
	bool own = end->eof_sent && end->eof_sent->call == CALL_shutdown && end->eof_sent->t_ns <= e->t_ns;

	if (text_is(e->err, "ECONNRESET"))
		return event_is_read(e) || event_is_write(e);
	if (text_is(e->err, "EPIPE") || died_of_sigpipe(e))
		return is_tcp(end->sock) && !own;
	return false;
}

static const struct event *find_seen(const struct conn *c)
{
	for (size_t i = 0; i < c->events.count; i++)
		if (c->events.items[i]->side != SIDE_NONE && tells_of_reset(c, c->events.items[i]))
			return c->events.items[i];
	return NULL;
}

static const struct event *gone_of(const struct conn *c, const struct end *end)
{
	return end->sock && end->sock->conn == c ? end->sock->gone : NULL;
}

/* {"l_onoff":1,"l_linger":0}: socket(7). */
static bool is_linger_0(const struct event *option)
{
	const char *value = event_arg_text(option, "optval");

	return value && strstr(value, "\"l_linger\":0") && !strstr(value, "\"l_onoff\":0");
}

static bool lingers_not(const struct end *end)
{
	const struct event *option = NULL;

	for (size_t i = 0; i < end->sock->events.count; i++) {
		const struct event *e = end->sock->events.items[i];

		if (e->call == CALL_setsockopt && e->kind == EVENT_CALL && !e->err &&
		    text_is(event_arg_text(e, "optname"), "SO_LINGER"))
			option = e;
	}
	return option && is_linger_0(option);
}

static uint64_t unread_at(const struct end *writer, uint64_t gone_ns)
{
	uint64_t unread = 0;

	if (writer->followed < writer->written)
		return 0;
	for (size_t i = writer->sent.count; i-- > 0;) {
		const struct transfer *t = &writer->sent.items[i];

		if (t->read)
			break;
		if (event_end_ns(t->write) <= gone_ns)
			unread += t->len;
	}
	return unread;
}

static const struct event *write_after(const struct end *writer, uint64_t gone_ns)
{
	for (size_t i = 0; i < writer->sent.count; i++)
		if (writer->sent.items[i].write && writer->sent.items[i].write->t_ns > gone_ns)
			return writer->sent.items[i].write;
	return NULL;
}

/* The latest that was done before the writer was told. */
static const struct event *write_before(const struct end *writer, const struct event *seen)
{
	for (size_t i = writer->sent.count; i-- > 0;) {
		const struct event *write = writer->sent.items[i].write;

		if (write && write != seen && event_end_ns(write) <= seen->t_ns)
			return write;
	}
	return NULL;
}

static bool was_reset_by_close(const struct trace *t, const struct conn *c, enum side side, struct reset *r)
{
	const struct end *end = &c->ends[side], *other = &c->ends[other_side_of(side)];

	r->cause = end->sock->gone;
	r->unread = unread_at(other, r->cause->t_ns);
	if (r->unread && (r->seen || flow_knows_reads(t, c, side)))
		return r->why = RESET_UNREAD, true;
	r->unread = 0;
	if (!is_tcp(end->sock) || !flow_one_clock(c))
		return false;
	r->cause = write_after(other, event_end_ns(r->cause));
	return r->why = RESET_WRITE_AFTER, r->cause != NULL;
}

/* When it was killed nobody knows, but what the other end was told tells how: who had unread bytes sends no end of file before the
 * reset, and behind one it is EPIPE (Linux's tcp_reset). On one machine the reset is there when the write returns that met it. */
static bool was_reset_by_death(const struct trace *t, const struct conn *c, enum side side, struct reset *r)
{
	const struct end *end = &c->ends[side], *other = &c->ends[other_side_of(side)];
	const struct event *write;

	if (!r->seen || text_is(r->seen->err, "ECONNRESET")) {
		r->unread = unread_at(other, r->seen ? r->seen->t_ns : end->sock->gone->t_ns);
		return r->why = RESET_UNREAD, r->unread && (r->seen || flow_knows_reads(t, c, side));
	}
	write = is_tcp(end->sock) && flow_one_clock(c) ? write_before(other, r->seen) : NULL;
	if (!write || write->t_ns <= end->sock->held_ns || unread_at(other, write->t_ns))
		return false;
	r->cause = write;
	return r->why = RESET_WRITE_AFTER, true;
}

/* Did that side's end of the connection reset it? */
static bool was_reset_by(const struct trace *t, const struct conn *c, enum side side, struct reset *r)
{
	const struct end *end = &c->ends[side];
	const struct event *gone = gone_of(c, end);
	bool is_known = gone && sock_end_is_known(end->sock);

	if (!gone || c->records || (r->seen && r->seen->side == side))
		return false;
	*r = (struct reset){.by = side, .seen = r->seen};
	if (is_tcp(end->sock) && lingers_not(end)) {
		r->cause = is_known ? gone : NULL;
		return r->why = RESET_LINGER, true;
	}
	return is_known ? was_reset_by_close(t, c, side, r) : was_reset_by_death(t, c, side, r);
}

/* Who went first did it; who went later found it reset. */
static enum side first_gone(const struct conn *c)
{
	const struct event *client = gone_of(c, &c->ends[SIDE_CLIENT]), *server = gone_of(c, &c->ends[SIDE_SERVER]);

	if (!client || !server)
		return client ? SIDE_CLIENT : SIDE_SERVER;
	return c->ends[SIDE_CLIENT].sock->held_ns < c->ends[SIDE_SERVER].sock->held_ns ? SIDE_CLIENT : SIDE_SERVER;
}

static bool find_reset(const struct trace *t, const struct conn *c, struct reset *r)
{
	enum side first = first_gone(c);

	*r = (struct reset){.seen = find_seen(c)};
	if (c->outcome == CONN_NOT_ACCEPTED && c->listener->gone && is_tcp(c->ends[SIDE_CLIENT].sock)) {
		r->why = RESET_NEVER_TAKEN;
		r->by = SIDE_SERVER;
		r->cause = sock_end_is_known(c->listener) ? c->listener->gone : NULL;
		return true;
	}
	if (was_reset_by(t, c, first, r) || (r->seen && was_reset_by(t, c, other_side_of(first), r)))
		return true;
	if (!r->seen)
		return false;
	*r = (struct reset){.why = RESET_SEEN, .by = other_side_of(r->seen->side), .seen = r->seen};
	return true;
}

static void tell(void *context, size_t worker, size_t from, size_t to)
{
	struct build *b = context;

	for (size_t i = from; i < to; i++) {
		struct conn *c = b->t->conns.items[i];
		struct reset found, *kept;

		if (c->kind == CONN_DATAGRAM || c->kind == CONN_KERNEL || !find_reset(b->t, c, &found))
			continue;
		kept = arena_alloc(b->hands[worker], sizeof *kept);
		*kept = found;
		c->reset = kept;
	}
}

void build_resets(struct build *b)
{
	work_ranges(b->t->conns.count, BUILD_AT_A_TIME, tell, b);
}

const char *reset_words(enum reset_why why)
{
	static const char *const words[] = {
		[RESET_SEEN] = "why is not in the trace",
		[RESET_UNREAD] = "closed with bytes unread",
		[RESET_LINGER] = "closed with SO_LINGER 0",
		[RESET_WRITE_AFTER] = "written to after the other end was closed",
		[RESET_NEVER_TAKEN] = "the listener was closed before it accepted",
	};

	return words[why];
}
