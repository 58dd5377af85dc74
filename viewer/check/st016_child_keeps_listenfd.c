/* st016: a child that serves one connection and keeps the listening descriptor all the same. */
#include "viewer/check/rule.h"

static bool talks_on(const struct sock *s, const struct process *p)
{
	for (size_t i = 0; i < s->events.count; i++)
		if (s->events.items[i]->proc == p &&
		    (event_is_read(s->events.items[i]) || event_is_write(s->events.items[i])))
			return true;
	return false;
}

/* Harmless until the server is started anew: then bind finds the port in use. */
static void check(struct inspection *in)
{
	struct thread_calls accepts = rule_calls_by_thread(in, rule_accepts);

	for (size_t i = 0; i < in->t->descriptors.count; i++) {
		const struct descriptor *d = in->t->descriptors.items[i], *kept;
		const struct process *child = d->proc;

		if (!d->sock->accepted_from || !child->fork || !d->from || d->from->proc != child->parent ||
		    child->ending == END_EXEC || !d->gone || !rule_saw_all(in, child) || !talks_on(d->sock, child))
			continue;
		kept = rule_kept_open(d->sock->accepted_from, child);
		if (!kept || rule_calls_by(accepts, child).count)
			continue;
		rule_report(in, GRADE_ADVICE, child->fork,
			    rule_say(in, "the child keeps the listening descriptor %d, and never accepts", kept->fd),
			    "Close it first thing in the child: close(listenfd).");
	}
}

const struct rule st016_child_keeps_listenfd = {
	.id = "ST016-child-keeps-listenfd",
	.title = "keeps the listening descriptor in the child",
	.grade = GRADE_ADVICE,
	.check = check,
};
