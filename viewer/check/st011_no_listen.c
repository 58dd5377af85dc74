/* st011: accept on a socket that listen was never called on. */
#include "viewer/check/rule.h"

static bool has_bad_length(const struct event *e)
{
	int64_t len;

	return event_arg_int(e, "addrlen", &len) && len < 0;
}

/* shutdown takes listening back: then accept is told EINVAL too, to wake who waits in it. */
static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, rule_accepts);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!rule_is(e->err, "EINVAL") || !e->socket || e->socket->listener || !e->socket->made ||
		    has_bad_length(e) || !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "accept on descriptor %d gave EINVAL: listen was never called", e->fd),
			    "Between bind and accept: listen(listenfd, SOMAXCONN).");
	}
}

const struct rule st011_no_listen = {
	.id = "ST011-no-listen",
	.title = "accepts without listen",
	.grade = GRADE_PROVED,
	.check = check,
};
