/* st023: a program that SIGPIPE ended in a write, or that took the EINTR of accept for its end. */
#include "viewer/check/rule.h"

/* A write to a connection whose other end is closed does not wait: it succeeds, or raises SIGPIPE. Who was killed by
 * something else was not in such a write. */
static bool died_of_sigpipe(const struct event *e)
{
	const struct end *own, *other;
	const struct event *closed;

	if (e->side == SIDE_NONE)
		return false;
	own = &e->conn->ends[e->side];
	other = &e->conn->ends[!e->side];
	if (own->eof_sent && own->eof_sent->t_ns < e->t_ns)
		return false; /* after its own shutdown */
	if (rule_is(e->proc->end_signal, "SIGPIPE"))
		return true;
	closed = other->sock ? other->sock->gone : NULL;
	if (e->proc->ending != END_UNKNOWN || !closed)
		return false;
	/* The end goes out before close returns. */
	return event_end_ns(closed) < e->t_ns ||
	       (closed->t_ns < e->t_ns && own->eof_seen && event_end_ns(own->eof_seen) <= e->t_ns);
}

static void check_writes(struct inspection *in)
{
	struct calls writes = rule_calls_of(in, rule_writes);

	for (size_t i = 0; i < writes.count; i++) {
		const struct event *e = writes.items[i];

		if (e->kind != EVENT_PENDING || e->abandoned || !e->conn || e->conn->kind != CONN_STREAM ||
		    !rule_saw_all(in, e->proc) || !died_of_sigpipe(e))
			continue;
		rule_report(
			in, GRADE_PROVED, e,
			rule_say(in, "SIGPIPE ended the program in %s: the other end had closed", event_call_name(e)),
			"signal(SIGPIPE, SIG_IGN), and look at what write returns: EPIPE.");
	}
}

static const enum call_id children[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};

/* A handler ran in this call that waited for a child: it was no signal that asks to end. */
static bool woken_by_child(struct thread_calls waited, const struct event *e)
{
	const struct event *first = rule_thread_first(waited, e, e->t_ns);

	return first && first->t_ns <= event_end_ns(e);
}

static void check_accepts(struct inspection *in)
{
	struct calls accepts = rule_calls_of(in, rule_accepts);
	struct thread_calls by_thread = rule_calls_by_thread(in, rule_accepts);
	struct thread_calls waited = rule_calls_by_thread(in, children);

	for (size_t i = 0; i < accepts.count; i++) {
		const struct event *e = accepts.items[i];

		if (!rule_is(e->err, "EINTR") || e->proc->ending != END_EXIT || rule_thread_next(by_thread, e) ||
		    !woken_by_child(waited, e) || !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, GRADE_PROVED, e, "a child's end woke accept with EINTR, and the server ended",
			    "Call accept again where errno is EINTR, or set SA_RESTART for SIGCHLD.");
	}
}

static void check(struct inspection *in)
{
	check_writes(in);
	check_accepts(in);
}

const struct rule st023_broken_pipe = {
	.id = "ST023-broken-pipe",
	.title = "ends because of a signal: SIGPIPE, or EINTR",
	.grade = GRADE_PROVED,
	.check = check,
};
