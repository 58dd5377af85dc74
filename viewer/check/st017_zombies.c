/* st017: children that ended and that their parent never waits for. */
#include "viewer/check/rule.h"

static const enum call_id waits[] = {CALL_wait, CALL_waitpid, CALL_wait3, CALL_wait4, CALL_waitid, CALL_UNKNOWN};

/* waitid does not return whom it waited for. */
static bool was_waited_for(struct calls waited, const struct process *child)
{
	for (size_t i = 0; i < waited.count; i++) {
		const struct event *e = waited.items[i];

		if (e->proc == child->parent && (e->ret == child->pid || (e->call == CALL_waitid && rule_succeeded(e))))
			return true;
	}
	return false;
}

/* Its parent took in two more clients after the child had ended. Who waits once in each round has come by there; who
 * waits for all at the end, and was killed before, looks the same. */
static bool parent_went_on(struct calls accepts, const struct process *child)
{
	unsigned clients = 0;

	for (size_t i = accepts.count; i-- > 0 && accepts.items[i]->t_ns > child->last_ns && clients < 2;)
		clients += accepts.items[i]->proc == child->parent && rule_succeeded(accepts.items[i]);
	return clients == 2;
}

static void check(struct inspection *in)
{
	struct calls accepts = rule_calls_of(in, rule_accepts), waited = rule_calls_of(in, waits);

	for (size_t i = 0; i < in->t->procs.count; i++) {
		const struct process *child = in->t->procs.items[i];

		if (!child->parent || !child->fork || child->ending != END_EXIT || child->sigchld || child->image_of)
			continue;
		if (!parent_went_on(accepts, child) || was_waited_for(waited, child) ||
		    !rule_saw_all(in, child->parent))
			continue;
		rule_report(in, GRADE_PROBABLE, child->fork,
			    rule_say(in, "child %u ended and nobody waited for it: it stays a zombie", child->pid),
			    "In a handler of SIGCHLD: while (waitpid(-1, NULL, WNOHANG) > 0) ;");
	}
}

const struct rule st017_zombies = {
	.id = "ST017-zombies",
	.title = "does not wait for its children",
	.grade = GRADE_PROBABLE,
	.check = check,
};
