/* st028: a server that closes before it has read all: the client is told of an error instead of its answer. */
#include <inttypes.h>

#include "viewer/check/rule.h"

/* An answer that is lost is proved; where the client could read it before the error, that is only good luck: advice. */
static void check(struct inspection *in)
{
	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct reset *r = c->reset;
		const struct end *server = &c->ends[SIDE_SERVER];
		struct finding *f;
		uint64_t lost;

		if (!r || r->why != RESET_UNREAD || r->by != SIDE_SERVER || !r->cause || !r->seen ||
		    c->kind != CONN_STREAM || !event_is_close(r->cause) || !server->written ||
		    !rule_saw_all(in, r->cause->proc))
			continue;
		lost = server->unread;
		f = rule_report(
			in, lost ? GRADE_PROVED : GRADE_ADVICE, r->cause,
			lost ? rule_say(in, "closed with %" PRIu64 " B unread: %" PRIu64 " B of the answer were lost",
					r->unread, lost)
			     : rule_say(in, "closed with %" PRIu64 " B unread: the client's %s gave %s", r->unread,
					event_call_name(r->seen), r->seen->err),
			"Before close read all that the client sends, up to its end or your limit.");
		if (f->times == 1)
			f->conn = c;
	}
}

const struct rule st028_reset_on_close = {
	.id = "ST028-reset-on-close",
	.title = "closes before it has read all",
	.grade = GRADE_PROVED,
	.check = check,
};
