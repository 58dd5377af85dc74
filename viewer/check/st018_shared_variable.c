/* st018: two threads read one connection while another is left alone: both were given the address of one variable. */
#include "viewer/check/rule.h"

static bool overlap(const struct event *first, const struct event *second)
{
	bool waits = first->kind == EVENT_PENDING ? !first->abandoned : event_end_ns(first) > second->t_ns;

	return waits && first->proc == second->proc && first->tid != second->tid;
}

/* A read that began while another thread's read of the same socket was waiting. NULL: none. */
static const struct event *double_read(const struct sock *s, uint32_t acceptor)
{
	const struct event *last = NULL;

	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (!event_is_read(e) || e->tid == acceptor)
			continue;
		if (last && overlap(last, e))
			return e;
		last = e;
	}
	return NULL;
}

static const struct sock *accepted(const struct event *accept)
{
	const struct sock *s = accept->conn ? accept->conn->ends[SIDE_SERVER].sock : NULL;

	return s && s->made == accept && accept->conn->kind == CONN_STREAM ? s : NULL;
}

/* Nobody has used it since accept made it, nor closed it. */
static bool is_orphan(const struct sock *s, const struct process *p)
{
	return s && s->events.count <= 1 && rule_kept_open(s, p);
}

static void check(struct inspection *in)
{
	struct calls accepts = rule_calls_of(in, rule_accepts);
	struct thread_calls by_thread = rule_calls_by_thread(in, rule_accepts);

	for (size_t i = 0; i < accepts.count; i++) {
		const struct event *e = accepts.items[i], *next;
		const struct sock *taken, *left = rule_succeeded(e) ? accepted(e) : NULL;

		if (!is_orphan(left, e->proc) || !rule_saw_all(in, e->proc))
			continue;
		next = rule_thread_next(by_thread, e);
		taken = next && rule_succeeded(next) ? accepted(next) : NULL;
		if (!taken || !double_read(taken, next->tid))
			continue;
		rule_report(in, GRADE_PROBABLE, e,
			    rule_say(in, "two threads read descriptor %d, and nobody %d, accepted before it",
				     taken->made_fd, left->made_fd),
			    "Give each thread a number of its own, not &connfd: (void *)(intptr_t)connfd.");
	}
}

const struct rule st018_shared_variable = {
	.id = "ST018-shared-variable",
	.title = "gives its threads the address of one descriptor",
	.grade = GRADE_PROBABLE,
	.check = check,
};
