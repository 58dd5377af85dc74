/* dated.c: when the trace tells that an end of file went out. */
#include "viewer/model/steps.h"

/* Of who was killed eof_sent is only what he is seen to do last. */
static bool is_dated(const struct end *end)
{
	const struct event *sent = end->eof_sent;

	return sent &&
	       (sent->call == CALL_shutdown || !end->sock || sent != end->sock->gone || sock_end_is_known(end->sock));
}

uint64_t conn_ended_ns(const struct conn *c, enum side side)
{
	const struct end *end = &c->ends[side];
	const struct event *seen = c->ends[other_side_of(side)].eof_seen;

	if (is_dated(end))
		return end->eof_sent->t_ns;
	return end->eof_sent && seen ? event_end_ns(seen) : UINT64_MAX;
}

bool conn_cause_is_dated(const struct event *read)
{
	const struct end *other = read->conn ? &read->conn->ends[other_side_of(read->side)] : NULL;

	if (!read->cause || !other || !event_is_eof(read) || read->cause != other->eof_sent)
		return read->cause;
	return is_dated(other);
}
