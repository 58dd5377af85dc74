/* st029: a datagram that is longer than the room given for it: the rest is lost. */
#include <inttypes.h>
#include <string.h>

#include "viewer/check/rule.h"

static const enum call_id reads[] = {CALL_read, CALL_readv, CALL_recv, CALL_recvfrom, CALL_recvmsg, CALL_UNKNOWN};

/* Who only looks, or asks for the length, loses nothing unawares. */
static bool looks(const struct event *e)
{
	const char *flags = event_arg_text(e, "flags");

	return flags && (strstr(flags, "MSG_PEEK") || strstr(flags, "MSG_TRUNC"));
}

static bool is_one_datagram(const struct event *write)
{
	return write && (write->call == CALL_write || write->call == CALL_send || write->call == CALL_sendto ||
			 write->call == CALL_sendmsg);
}

static bool is_cut(const struct event *e)
{
	return e->conn && e->conn->records && e->ret > 0 && is_one_datagram(e->cause) && e->cause->ret > e->ret &&
	       !looks(e);
}

/* How much a read was called for; false: it is not on record. */
static bool asked_for(const struct event *e, int64_t *len)
{
	return event_arg_int(e, e->call == CALL_read ? "count" : "len", len);
}

/* The thread's next read there asks for as much as is lost, and not for as much as before, as who wants a first part and then the
 * next: it does not get that. */
static bool asks_for_rest(const struct event *e)
{
	const struct event *next = rule_next_that(e, event_is_read);
	int64_t len, before;

	if (!next || next->tid != e->tid || !asked_for(e, &before) || !asked_for(next, &len))
		return false;
	return len == e->cause->ret - e->ret && len != before && next->ret != len && !next->abandoned;
}

/* Some want the beginning alone, or to know that something came; and recvmsg says in msg_flags what became of it: advice. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, reads);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		bool in_parts;

		if (!is_cut(e) || !rule_saw_all(in, e->proc))
			continue;
		in_parts = asks_for_rest(e);
		rule_report(in, in_parts ? GRADE_PROBABLE : GRADE_ADVICE, e,
			    rule_say(in, "%s took %" PRId64 " of %" PRId64 " B: the rest of the datagram is lost",
				     event_call_name(e), e->ret, e->cause->ret),
			    in_parts ? "Read a datagram with one call: the next one takes the next datagram."
				     : "Give room for the longest datagram: what does not fit into a read is gone.");
	}
}

const struct rule st029_datagram_cut = {
	.id = "ST029-datagram-cut",
	.title = "gives too little room for a datagram",
	.grade = GRADE_PROBABLE,
	.check = check,
};
