/* st014: a connected descriptor that nobody closes, though its other end is done: the socket stays in CLOSE_WAIT. */
#include "viewer/check/rule.h"

/* The process that read the end of file goes on to the next client and has kept the descriptor until it ended. */
static bool is_forgotten(const struct end *end, struct thread_calls accepts)
{
	const struct event *eof = end->eof_seen, *again = rule_thread_next(accepts, eof);

	if (!again || (again->kind == EVENT_CALL && !rule_succeeded(again)))
		return false;
	return rule_kept_open(end->sock, eof->proc) != NULL;
}

static void check(struct inspection *in)
{
	struct thread_calls accepts = rule_calls_by_thread(in, rule_accepts);

	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct end *end = &c->ends[SIDE_SERVER];
		struct finding *f;

		if (c->kind != CONN_STREAM || !end->sock || !end->eof_seen || !end->made || !event_is_accept(end->made))
			continue;
		if (!rule_saw_all(in, end->eof_seen->proc) || !is_forgotten(end, accepts))
			continue;
		f = rule_report(
			in, GRADE_PROVED, end->made,
			rule_say(in, "descriptor %d was never closed, though its client is gone", end->eof_seen->fd),
			"After the last read, which returned 0: close(connfd).");
		if (!f->conn)
			f->conn = c;
	}
}

const struct rule st014_connection_leaked = {
	.id = "ST014-connection-leaked",
	.title = "leaves connected descriptors open",
	.grade = GRADE_PROVED,
	.check = check,
};
