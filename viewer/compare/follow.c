/*
 * follow: which differences of a connection follow from others of it.
 *
 * A program that is given other bytes answers otherwise; one whose peer does not close waits for ever. Only the first of
 * such a chain is the mistake. What a descriptor is left to is always the program's own doing.
 */
#include <stdlib.h>

#include "viewer/compare/edits.h"

/* When it happened in A, or when in A it would have. A read takes effect when it returns. */
static uint64_t time_of(const struct edits *e, const struct canon_row *a, const struct edit *edit)
{
	for (size_t i = edit->at_a; i < a->count; i++) {
		const struct canon_step *step = &e->a->steps.items[a->first + i];

		if (step->event)
			return event_is_read(step->event) ? event_end_ns(step->event) : step->event->t_ns;
	}
	return UINT64_MAX;
}

struct timed {
	struct edit edit;
	uint64_t time;
	size_t order;
};

static int by_time(const void *a, const void *b)
{
	const struct timed *l = a, *r = b;

	if (l->time != r->time)
		return l->time < r->time ? -1 : 1;
	return l->order < r->order ? -1 : l->order > r->order;
}

static void sort_edits(struct edits *e, const struct canon_conn *a)
{
	VEC(struct timed) timed = {0};

	for (size_t i = 0; i < e->items.count; i++) {
		struct edit *edit = &e->items.items[i];

		vec_push(&timed, ((struct timed){*edit, time_of(e, &a->ends[edit->side], edit), i}));
	}
	if (timed.count)
		qsort(timed.items, timed.count, sizeof *timed.items, by_time);
	for (size_t i = 0; i < timed.count; i++)
		e->items.items[i] = timed.items[i].edit;
	vec_free(&timed);
}

static bool has_error(const struct edits *e, const struct edit *edit)
{
	return (edit->a && act_of(e->a, edit->a)->err) || (edit->b && act_of(e->b, edit->b)->err);
}

/* Without it there is no connection, and all other edits follow from that. */
static bool is_gate(const struct edits *e, const struct edit *edit)
{
	enum verb verb = edit_act(e, edit)->verb;

	if (verb == VERB_NOT_ACCEPTED)
		return true;
	return verb == VERB_CONNECT && (!edit->a || !edit->b || has_error(e, edit));
}

static bool only_gate_counts(struct edits *e)
{
	size_t gate = 0;

	while (gate < e->items.count && !is_gate(e, &e->items.items[gate]))
		gate++;
	if (gate == e->items.count)
		return false;
	for (size_t i = 0; i < e->items.count; i++)
		e->items.items[i].follows = i != gate;
	return true;
}

/* What was seen up to an edit, by side. */
struct seen {
	bool any[2];   /* an edit of whatever kind but options */
	bool input[2]; /* it received, or did not, what it should */
	bool flow[2];  /* bytes, ends of file */
	bool waits[2]; /* in B: it never came further */
};

static bool is_input(enum verb verb)
{
	return verb == VERB_RECV || verb == VERB_EOF || verb == VERB_WAITS;
}

static bool is_flow(enum verb verb)
{
	return is_input(verb) || verb == VERB_SEND || verb == VERB_SHUTDOWN || verb == VERB_UNREAD;
}

static bool follows(const struct edits *e, const struct seen *s, const struct seen *all, const struct edit *edit)
{
	enum verb verb = edit_act(e, edit)->verb;
	enum side side = edit->side, other = side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;

	if ((verb == VERB_SEND || verb == VERB_RECV) && has_error(e, edit))
		return all->any[other] || s->flow[side];
	switch (verb) {
	case VERB_RECV:
	case VERB_EOF:
		return s->any[other] || s->flow[side];
	case VERB_WAITS:
		return all->any[other] || s->flow[side];
	case VERB_UNREAD:
		return s->any[other] || all->input[side];
	case VERB_SEND:
		return s->flow[other] || s->input[side];
	case VERB_SHUTDOWN:
		return s->input[side];
	case VERB_CLOSE:
		return !edit->b && all->waits[side];
	default:
		return false;
	}
}

static void note(const struct edits *e, struct seen *s, const struct edit *edit)
{
	enum verb verb = edit_act(e, edit)->verb;

	if (verb == VERB_OPTION || verb == VERB_STRAY || verb == VERB_MAKER_CLOSE || verb == VERB_LISTENER_CLOSE)
		return;
	s->any[edit->side] = true;
	s->input[edit->side] |= is_input(verb);
	s->flow[edit->side] |= is_flow(verb);
	s->waits[edit->side] |= verb == VERB_WAITS && edit->b;
}

/* Where two wait for each other each would follow from the other: something was first. */
static void keep_one(struct edits *e)
{
	for (size_t i = 0; i < e->items.count; i++)
		if (!e->items.items[i].follows)
			return;
	if (e->items.count)
		e->items.items[0].follows = false;
}

void edits_of_conns(struct edits *e, const struct canon_conn *a, const struct canon_conn *b)
{
	struct seen seen = {0}, all = {0};

	e->items.count = 0;
	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		edits_of_rows(e, &a->ends[side], &b->ends[side], side);
	sort_edits(e, a);
	if (only_gate_counts(e))
		return;
	for (size_t i = 0; i < e->items.count; i++)
		if (!has_error(e, &e->items.items[i]))
			note(e, &all, &e->items.items[i]);
	for (size_t i = 0; i < e->items.count; i++) {
		struct edit *edit = &e->items.items[i];

		edit->follows = follows(e, &seen, &all, edit);
		note(e, &seen, edit);
	}
	keep_one(e);
}
