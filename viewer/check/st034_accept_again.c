/* st034: accept called again and again, though there is no descriptor left that it could return. */
#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

enum { MANY = 100, BUSY_NS = 5000000 };

struct run {
	const struct event *first, *last;
	unsigned count;
};

static bool has_no_descriptor(const struct event *e)
{
	return rule_is(e->err, "EMFILE") || rule_is(e->err, "ENFILE");
}

static void end_run(struct inspection *in, struct run *r)
{
	uint64_t took_ns = r->count ? r->last->t_ns - r->first->t_ns : 0;

	if (r->count >= MANY && took_ns / r->count < BUSY_NS && rule_saw_all(in, r->first->proc))
		rule_report(in, GRADE_PROVED, r->first,
			    rule_say(in, "accept gave %s %u times within %s", r->first->err, r->count,
				     words_duration(in->t->arena, took_ns)),
			    "Close descriptors first: accept cannot succeed while none is free.");
	r->count = 0;
}

static void check_thread(struct inspection *in, struct calls calls)
{
	struct run r = {0};

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (r.count && (e->tid != r.last->tid || e->pc != r.last->pc || !has_no_descriptor(e)))
			end_run(in, &r);
		if (!has_no_descriptor(e))
			continue;
		if (!r.count)
			r.first = e;
		r.last = e;
		r.count++;
	}
	end_run(in, &r);
}

static void check(struct inspection *in)
{
	struct thread_calls all = rule_calls_by_thread(in, rule_accepts);

	for (size_t i = 0; i < in->t->procs.count; i++)
		check_thread(in, rule_calls_by(all, in->t->procs.items[i]));
}

const struct rule st034_accept_again = {
	.id = "ST034-accept-again",
	.title = "accepts on and on without a free descriptor",
	.grade = GRADE_PROVED,
	.check = check,
};
