/* st010: a backlog of 0, and connects that stalled because of it. */
#include <inttypes.h>

#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

/* A SYN that found the backlog full is sent again after a second (RFC 6298). */
enum { STALLED_NS = 900000000 };

static uint64_t stalled_ns(const struct trace *t, const struct event *connect)
{
	uint64_t until_ns = connect->kind == EVENT_PENDING ? t->end_ns : event_end_ns(connect);

	return until_ns > connect->t_ns ? until_ns - connect->t_ns : 0;
}

static void check(struct inspection *in)
{
	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct event *connect = c->ends[SIDE_CLIENT].made;
		struct finding *f;
		int64_t backlog;

		if (!c->listener || !c->listener->listened || !connect || connect->call != CALL_connect ||
		    stalled_ns(in->t, connect) < STALLED_NS ||
		    !event_arg_int(c->listener->listened, "backlog", &backlog) || backlog > 0)
			continue;
		f = rule_report(in, GRADE_ADVICE, c->listener->listened,
				rule_say(in, "backlog %" PRId64 ": a connect waited %s for room in the queue", backlog,
					 words_duration(in->t->arena, stalled_ns(in->t, connect))),
				"Let more connections wait until accept takes them: listen(fd, SOMAXCONN).");
		f->conn = c;
	}
}

const struct rule st010_backlog_0 = {
	.id = "ST010-backlog-0",
	.title = "listens with backlog 0, connects stall",
	.grade = GRADE_ADVICE,
	.check = check,
};
