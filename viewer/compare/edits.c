/* edits: what must be changed in one row of steps to get the other. */
#include "viewer/compare/edits.h"

#include <stdlib.h>

static const struct canon_step *step_at(const struct canon *c, const struct canon_row *row, size_t i)
{
	return i < row->count ? &c->steps.items[row->first + i] : NULL;
}

static struct row_acts acts_of(struct edits *e, unsigned run, const struct canon *c, const struct canon_row *row)
{
	e->acts[run].count = 0;
	for (uint32_t i = 0; i < row->count; i++)
		vec_push(&e->acts[run], c->steps.items[row->first + i].act);
	return (struct row_acts){e->acts[run].items, row->count};
}

static enum difference_class class_of_verb(enum verb verb)
{
	static const enum difference_class classes[] = {
#define VERB(name, word, class) [VERB_##name] = CLASS_##class,
#include "viewer/compare/verbs.def"
	};

	return classes[verb];
}

/* A call that is there or not is a step; what an address or the bytes are is of those classes only where both do it. */
static enum difference_class class_of(const struct edits *e, const struct edit *edit)
{
	const struct act *a = edit->a ? act_of(e->a, edit->a) : NULL, *b = edit->b ? act_of(e->b, edit->b) : NULL;
	enum difference_class class = class_of_verb(edit_act(e, edit)->verb);

	if (a && b && a->err != b->err)
		return CLASS_OUTCOME;
	if (a && b)
		return class;
	if ((a ? a : b)->err)
		return CLASS_OUTCOME;
	return class == CLASS_DESCRIPTOR || class == CLASS_OUTCOME || (a ? a : b)->verb == VERB_UNREAD ? class
												       : CLASS_STEP;
}

static void add(struct edits *e, struct edit edit)
{
	edit.class = class_of(e, &edit);
	vec_push(&e->items, edit);
}

static bool same_verb(const struct edits *e, const struct canon_step *a, const struct canon_step *b)
{
	return act_of(e->a, a)->verb == act_of(e->b, b)->verb && act_of(e->a, a)->call == act_of(e->b, b)->call;
}

/* Who was stopped from outside did not forget to close. */
static bool proves_nothing(const struct edits *e, const struct edit *edit, enum fate a, enum fate b)
{
	if (edit_act(e, edit)->verb != VERB_CLOSE)
		return false;
	return (!edit->b && b == FATE_UNKNOWN) || (!edit->a && a == FATE_UNKNOWN);
}

/* Steps only in A and steps only in B, between two that are in both: of the same verb they are one that changed. */
struct gap {
	const struct canon_row *a, *b;
	size_t a0, a1, b0, b1;
	enum side side;
};

static void add_only_a(struct edits *e, const struct gap *g, size_t i, size_t next)
{
	struct edit edit = {.a = step_at(e->a, g->a, i), .at_a = i, .at_b = next, .side = g->side};

	if (!proves_nothing(e, &edit, g->a->fate, g->b->fate))
		add(e, edit);
}

static void add_only_b(struct edits *e, const struct gap *g, size_t i, size_t j)
{
	struct edit edit = {.b = step_at(e->b, g->b, j), .at_a = i, .at_b = j, .side = g->side};

	if (!proves_nothing(e, &edit, g->a->fate, g->b->fate))
		add(e, edit);
}

static void close_gap(struct edits *e, const struct gap *g)
{
	size_t next = g->b0;

	for (size_t i = g->a0; i < g->a1; i++) {
		const struct canon_step *a = step_at(e->a, g->a, i);
		size_t j = next;

		while (j < g->b1 && !same_verb(e, a, step_at(e->b, g->b, j)))
			j++;
		if (j == g->b1) {
			add_only_a(e, g, i, next);
			continue;
		}
		for (; next < j; next++)
			add_only_b(e, g, i, next);
		add(e, (struct edit){.a = a, .b = step_at(e->b, g->b, j), .at_a = i, .at_b = j, .side = g->side});
		next = j + 1;
	}
	for (; next < g->b1; next++)
		add_only_b(e, g, g->a1, next);
}

void edits_of_rows(struct edits *e, const struct canon_row *a, const struct canon_row *b, enum side side)
{
	struct gap gap = {.a = a, .b = b, .side = side};

	e->alignment.items.count = 0;
	align(&e->alignment, acts_of(e, 0, e->a, a), acts_of(e, 1, e->b, b));
	for (size_t i = 0; i < e->alignment.items.count; i++) {
		struct aligned x = e->alignment.items.items[i];

		if (x.a != SIZE_MAX && x.b != SIZE_MAX) {
			close_gap(e, &gap);
			gap.a0 = gap.a1 = x.a + 1;
			gap.b0 = gap.b1 = x.b + 1;
		} else if (x.a != SIZE_MAX) {
			gap.a1 = x.a + 1;
		} else {
			gap.b1 = x.b + 1;
		}
	}
	close_gap(e, &gap);
}

void edits_free(struct edits *e)
{
	vec_free(&e->items);
	alignment_free(&e->alignment);
	vec_free(&e->acts[0]);
	vec_free(&e->acts[1]);
}
