/* steps: a trace's events in the order in which they are told. */
#include "viewer/scene/steps.h"

#include <stdlib.h>

static bool may_block(const struct event *e)
{
	return e->call < CALL_COUNT && (call_table[e->call].flags & CALL_BLOCKS);
}

/* Did anything happen in the trace while the call was under way? */
static bool something_between(const struct trace *t, size_t index)
{
	return index + 1 < t->events.count && t->events.items[index + 1]->t_ns < event_end_ns(t->events.items[index]);
}

static bool opens_connection(const struct event *e)
{
	return event_connects(e) && !e->err && e->conn && e->conn->kind != CONN_DATAGRAM &&
	       e->conn->ends[SIDE_CLIENT].made == e && e->conn->ends[SIDE_SERVER].made;
}

bool steps_waited(const struct trace *t, size_t index)
{
	const struct event *e = t->events.items[index];

	if (e->kind != EVENT_CALL || !may_block(e))
		return false;
	if (opens_connection(e))
		return true;
	return something_between(t, index) && (event_is_accept(e) || e->dt_ns >= WAIT_TOLD_NS);
}

/* A call that found nothing, as when its thread made it before, is told with that. */
static bool repeats(struct steps *s, const struct trace *t, const struct event *e)
{
	struct spin *spin = spins_next(&s->spins, t->arena, e);

	if (!spin)
		return false;
	if (spin->first == e) {
		spin->step = s->list.count;
		return false;
	}
	if (spin->step < s->list.count) {
		s->list.items[spin->step].times++;
		s->list.items[spin->step].until_ns = event_end_ns(e);
	}
	return true;
}

static void add(struct steps *s, const struct trace *t, const struct choice *c, size_t index, enum part part,
		uint64_t at_ns)
{
	const struct event *e = t->events.items[index];
	struct step step = {e, index + 1, part, at_ns, .times = 1};

	s->all++;
	if (!choice_has_time(c, at_ns) || !choice_has(c, e))
		return;
	s->found++;
	if (part != PART_WHOLE)
		spins_stop(&s->spins, e);
	else if (repeats(s, t, e))
		return;
	s->told++;
	if (s->list.count < s->most)
		vec_push(&s->list, step);
}

static int compare(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	if (x->event->t_ns != y->event->t_ns)
		return x->event->t_ns < y->event->t_ns ? -1 : 1;
	if (x->event != y->event)
		return x->event->lineno < y->event->lineno ? -1 : 1;
	return (int)x->part - (int)y->part;
}

static void add_parts(struct steps *s, const struct trace *t, const struct choice *c, size_t index)
{
	const struct event *e = t->events.items[index];

	if (e->kind == EVENT_PENDING && !e->abandoned && !event_replaces_program(e)) {
		add(s, t, c, index, PART_CALL, e->t_ns);
	} else if (steps_waited(t, index)) {
		add(s, t, c, index, PART_CALL, e->t_ns);
		add(s, t, c, index, PART_RETURN, event_end_ns(e));
	} else {
		add(s, t, c, index, PART_WHOLE, choice_told_ns(e));
	}
}

void steps_find(struct steps *s, const struct trace *t, const struct choice *choice)
{
	for (size_t i = 0; i < t->events.count; i++)
		add_parts(s, t, choice, i);
	if (s->list.count)
		qsort(s->list.items, s->list.count, sizeof s->list.items[0], compare);
	spins_free(&s->spins);
}
