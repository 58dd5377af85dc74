/* st025: a loop that waits for many descriptors, held up by a call that waits for one. */
#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

enum { LONG_NS = 100000000, READS_BEHIND = 64 };

/* The thread's own loop: it waited for many before this call and does so again behind it. */
static bool is_in_loop(struct thread_calls waits, const struct event *e)
{
	const struct event *first = rule_thread_first(waits, e, 0);

	return first && first->t_ns < e->t_ns && rule_thread_next(waits, e);
}

/* The first read behind the call of what another client had written long before the call returned. */
static const struct event *held_up(struct calls reads, size_t at)
{
	const struct event *e = reads.items[at];

	for (size_t i = at + 1; i < reads.count && i <= at + READS_BEHIND; i++) {
		const struct event *r = reads.items[i];

		if (r->proc == e->proc && r->tid == e->tid && r->socket != e->socket && r->cause && r->conn &&
		    r->t_ns >= event_end_ns(e) && event_end_ns(r->cause) + LONG_NS < event_end_ns(e))
			return r;
	}
	return NULL;
}

static uint64_t held_up_ns(const struct event *e, const struct event *late)
{
	uint64_t since = event_end_ns(late->cause) > e->t_ns ? event_end_ns(late->cause) : e->t_ns;

	return event_end_ns(e) - since;
}

static void check(struct inspection *in)
{
	struct calls reads = rule_calls_of(in, rule_reads);
	struct thread_calls waits = rule_calls_by_thread(in, rule_waits);

	for (size_t i = 0; i < reads.count; i++) {
		const struct event *e = reads.items[i], *late;
		struct finding *f;

		if (e->kind != EVENT_CALL || e->dt_ns < LONG_NS || !e->socket || !is_in_loop(waits, e))
			continue;
		late = held_up(reads, i);
		if (!late || !rule_saw_all(in, e->proc))
			continue;
		f = rule_report(in, GRADE_PROBABLE, e,
				rule_say(in, "while %s waited for descriptor %d, c%u waited %s", event_call_name(e),
					 e->fd, late->conn->id, words_duration(in->t->arena, held_up_ns(e, late))),
				"Read only what select, poll or epoll_wait has said to be ready.");
		if (f->times == 1)
			f->conn = e->conn;
	}
}

const struct rule st025_loop_blocked = {
	.id = "ST025-loop-blocked",
	.title = "blocks its event loop",
	.grade = GRADE_PROBABLE,
	.check = check,
};
