/* st012: reads or writes on the listening descriptor, which only accepts. */
#include "viewer/check/rule.h"
#include "viewer/check/transfer.h"

/* tcp(7), Linux: a listener answers reads with ENOTCONN, writes with EPIPE and SIGPIPE. */
static void check(struct inspection *in)
{
	struct calls calls = transfer_refused(in);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!rule_state_is(e, STATE_LISTENING))
			continue;
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "descriptor %d only accepts: %s", e->fd, transfer_outcome(in, e)),
			    "Talk on the descriptor that accept returned: connfd = accept(listenfd, ...).");
	}
}

const struct rule st012_io_on_listenfd = {
	.id = "ST012-io-on-listenfd",
	.title = "talks on the listening descriptor",
	.grade = GRADE_PROVED,
	.check = check,
};
