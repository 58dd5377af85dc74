/* st031: a write behind the program's own shutdown of that direction. */
#include "viewer/check/rule.h"

/* The thread's own: another one may shut a connection down to stop this one. */
static const struct event *own_shutdown(const struct event *e)
{
	const struct event *last = rule_last(e, CALL_shutdown);
	const char *how = last && last->proc == e->proc && last->tid == e->tid && rule_succeeded(last)
				  ? event_arg_text(last, "how")
				  : NULL;

	return rule_is(how, "SHUT_WR") || rule_is(how, "SHUT_RDWR") ? last : NULL;
}

/* A write there does not wait: it raises SIGPIPE. Of a death that nobody waited for the signal is not known. */
static bool is_refused(const struct event *e)
{
	if (e->kind == EVENT_PENDING)
		return !e->abandoned && (e->proc->ending == END_UNKNOWN || rule_is(e->proc->end_signal, "SIGPIPE"));
	return rule_is(e->err, "EPIPE");
}

/* A program may go on and on: what was found of a socket is not looked up again for the same line. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, rule_writes);
	const struct event *before = NULL;

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!is_refused(e) || !rule_is_stream(e->socket) ||
		    (before && before->socket == e->socket && before->pc == e->pc))
			continue;
		before = e;
		if (!own_shutdown(e) || !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "%s after shutdown on descriptor %d: %s", event_call_name(e), e->fd,
				     e->err ? e->err : "died of SIGPIPE"),
			    "shutdown(fd, SHUT_WR) says that nothing more comes: write first, then call it.");
	}
}

const struct rule st031_write_after_shutdown = {
	.id = "ST031-write-after-shutdown",
	.title = "writes after its own shutdown",
	.grade = GRADE_PROVED,
	.check = check,
};
