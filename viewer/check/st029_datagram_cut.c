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

/* recvmsg says so in msg_flags: whether the program looks there is not on record, so that is advice. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, reads);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!e->conn || e->conn->kind != CONN_DATAGRAM || !rule_is_inet(e->socket) || e->ret <= 0 ||
		    !is_one_datagram(e->cause) || e->cause->ret <= e->ret || looks(e) || !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, e->call == CALL_recvmsg ? GRADE_ADVICE : GRADE_PROVED, e,
			    rule_say(in, "%s took %" PRId64 " of %" PRId64 " B: the rest of the datagram is lost",
				     event_call_name(e), e->ret, e->cause->ret),
			    "Give room for the longest datagram: what does not fit into a read is gone.");
	}
}

const struct rule st029_datagram_cut = {
	.id = "ST029-datagram-cut",
	.title = "gives too little room for a datagram",
	.grade = GRADE_PROVED,
	.check = check,
};
