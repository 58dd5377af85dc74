/* skews.c: clocks of two machines that disagree: what happened on one before its cause on the other. */
#include <string.h>

#include "viewer/model/steps.h"

enum { MACHINES = 64 }; /* pairs of them: a trace with more is no trace of a network */

static struct skew *skew_of(struct trace *t, const struct event *cause, const struct event *effect)
{
	for (size_t i = 0; i < t->skews.count; i++) {
		struct skew *s = &t->skews.items[i];

		if (strcmp(s->cause->proc->boot, cause->proc->boot) == 0 &&
		    strcmp(s->effect->proc->boot, effect->proc->boot) == 0)
			return s;
	}
	if (t->skews.count == MACHINES)
		return NULL;
	vec_push(&t->skews, ((struct skew){.cause = cause, .effect = effect}));
	return &t->skews.items[t->skews.count - 1];
}

/* At the latest when a call returned had what caused its answer begun. */
static void compare(struct trace *t, const struct event *cause, const struct event *effect)
{
	uint64_t had_ns = event_end_ns(effect), by_ns;
	struct skew *s;

	if (cause->t_ns <= had_ns || strcmp(cause->proc->boot, effect->proc->boot) == 0)
		return;
	by_ns = cause->t_ns - had_ns;
	s = skew_of(t, cause, effect);
	if (!s)
		return;
	s->times++;
	if (by_ns <= s->by_ns)
		return;
	s->by_ns = by_ns;
	s->cause = cause;
	s->effect = effect;
}

void build_skews(struct build *b)
{
	for (size_t i = 0; i < b->t->conns.count; i++) {
		const struct conn *c = b->t->conns.items[i];

		if (flow_one_clock(c))
			continue;
		for (size_t k = 0; k < c->events.count; k++)
			if (c->events.items[k]->cause)
				compare(b->t, c->events.items[k]->cause, c->events.items[k]);
	}
}
