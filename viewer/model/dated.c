/* dated.c: when the trace tells that an end of file went out. */
#include "viewer/model/steps.h"

enum { WAKING_NS = 1000000 }; /* hardly a read that waits for an end of file takes as long to return with it */

const struct event *end_from_other(const struct end *reader)
{
	const struct event *seen = reader->eof_seen, *shut = reader->read_shut;

	return seen && shut && shut->t_ns <= event_end_ns(seen) ? NULL : seen;
}

/* The latest of those whose end is known. */
static const struct descriptor *last_known(const struct sock *s)
{
	const struct descriptor *last = NULL;

	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (descriptor_end_is_known(d) && (!last || d->gone_ns > last->gone_ns))
			last = d;
	return last;
}

static bool wakes(const struct descriptor *d, const struct event *seen)
{
	return seen->t_ns <= d->gone_ns && d->gone_ns <= event_end_ns(seen) &&
	       event_end_ns(seen) - d->gone_ns <= WAKING_NS;
}

static bool all_may_be_gone(const struct sock *s, uint64_t by_ns)
{
	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (!descriptor_end_is_known(d) && d->proc->last_ns > by_ns)
			return false;
	return true;
}

void flow_date_by_reader(struct conn *c, enum side side)
{
	const struct event *seen = end_from_other(&c->ends[other_side_of(side)]);
	struct sock *s = c->ends[side].sock;
	const struct descriptor *last;

	if (!seen || !s || s->conn != c || !s->gone || sock_end_is_known(s) || !flow_one_clock(c))
		return;
	last = last_known(s);
	if (!last || !wakes(last, seen) || !all_may_be_gone(s, last->gone_ns))
		return;
	s->gone = last->gone;
	s->closed = last->closed;
	s->held_ns = last->gone_ns;
	for (struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->gone_ns > last->gone_ns)
			d->gone_ns = last->gone_ns;
}

bool conn_end_is_dated(const struct conn *c, enum side side)
{
	const struct end *end = &c->ends[side];
	const struct event *sent = end->eof_sent;

	return sent &&
	       (sent->call == CALL_shutdown || !end->sock || sent != end->sock->gone || sock_end_is_known(end->sock));
}

uint64_t conn_ended_ns(const struct conn *c, enum side side)
{
	const struct event *sent = c->ends[side].eof_sent;
	const struct event *seen = end_from_other(&c->ends[other_side_of(side)]);

	if (conn_end_is_dated(c, side))
		return sent->t_ns;
	return sent && seen ? event_end_ns(seen) : UINT64_MAX;
}

bool conn_cause_is_dated(const struct event *read)
{
	const struct conn *c = read->conn;

	if (!read->cause || !c || !event_is_eof(read) || read->cause != c->ends[other_side_of(read->side)].eof_sent)
		return read->cause;
	return conn_end_is_dated(c, other_side_of(read->side));
}
