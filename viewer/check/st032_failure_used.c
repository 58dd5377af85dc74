/* st032: a call on descriptor -1: what a call that failed has returned. */
#include "viewer/check/rule.h"

static const enum call_id uses[] = {CALL_bind,    CALL_listen,     CALL_accept,   CALL_accept4,     CALL_connect,
				    CALL_send,    CALL_sendto,     CALL_sendmsg,  CALL_recv,        CALL_recvfrom,
				    CALL_recvmsg, CALL_setsockopt, CALL_shutdown, CALL_getsockname, CALL_UNKNOWN};

/* What a program that opens a connection calls. */
static const enum call_id steps[] = {CALL_socket, CALL_accept, CALL_accept4,     CALL_connect,
				     CALL_bind,   CALL_listen, CALL_getaddrinfo, CALL_UNKNOWN};

/* The thread's last step before that had a descriptor at all, if it failed; NULL: it succeeded, or there is none. */
static const struct event *failed_step(struct thread_calls all, const struct event *use)
{
	struct calls calls = rule_calls_by(all, use->proc);
	const struct event *last = NULL;

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		bool is_use = e->fd == -1 && rule_is(e->err, "EBADF");

		if (e->tid == use->tid && e->t_ns < use->t_ns && !is_use)
			last = e;
	}
	return last && last->kind == EVENT_CALL && last->err ? last : NULL;
}

/* What cleans up may shut down whatever there is, and harms nobody: advice. */
static bool is_again(const struct event *e, const struct event *before)
{
	return before && e->proc == before->proc && e->tid == before->tid && e->pc == before->pc;
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, uses);
	struct thread_calls all = rule_calls_by_thread(in, steps);
	const struct event *before = NULL;

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *failed;

		if (e->fd != -1 || !rule_is(e->err, "EBADF") || is_again(e, before) || !rule_saw_all(in, e->proc))
			continue;
		before = e;
		failed = failed_step(all, e);
		if (failed)
			rule_report(in, e->call == CALL_shutdown ? GRADE_ADVICE : GRADE_PROVED, e,
				    rule_say(in, "%s was called with -1, for %s gave %s", event_call_name(e),
					     event_call_name(failed), failed->err),
				    "Look at what is returned, and stop where it is -1.");
	}
}

const struct rule st032_failure_used = {
	.id = "ST032-failure-used",
	.title = "goes on with -1 as a descriptor",
	.grade = GRADE_PROVED,
	.check = check,
};
