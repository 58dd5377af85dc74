/* compare: two traces, and in what they really differ. */
#include "viewer/compare/compare.h"

#include "viewer/compare/asides.h"
#include "viewer/compare/comparing.h"
#include "viewer/compare/roles.h"

static void take_doubts(struct comparison *c, const struct canon *canon, const char *name)
{
	for (size_t i = 0; i < canon->doubts.count; i++)
		vec_push(&c->doubts, arena_printf(c->arena, "%s: %s", name, canon->doubts.items[i]));
}

static void count_unseen(struct comparison *c)
{
	const struct acts *acts = &c->acts;

	if (acts->payload == PAYLOAD_LEN || acts->payload == PAYLOAD_NONE)
		return;
	for (size_t i = 0; i < c->a->steps.count; i++) {
		const struct act *act = acts->list.items[c->a->steps.items[i].act];

		if (act->verb == VERB_SEND && act->number > 0 && (uint64_t)act->number > act->data_len)
			c->unseen += (uint64_t)act->number - act->data_len;
	}
}

static bool comes_before(const struct difference *a, const struct difference *b)
{
	if (a->counts != b->counts)
		return a->counts;
	return a->class < b->class;
}

/* By class; within one as they were found. They are few. */
static void sort_differences(struct comparison *c)
{
	struct difference *d = c->differences.items;

	for (size_t i = 1; i < c->differences.count; i++) {
		struct difference moved = d[i];
		size_t k = i;

		for (; k && comes_before(&moved, &d[k - 1]); k--)
			d[k] = d[k - 1];
		d[k] = moved;
	}
}

static void judge(struct comparison *c)
{
	bool different = false;

	for (size_t i = 0; i < c->differences.count; i++) {
		different |= c->differences.items[i].counts;
		c->counts[c->differences.items[i].class]++;
	}
	c->verdict = c->doubts.count ? VERDICT_INCONCLUSIVE : different ? VERDICT_DIFFERENT : VERDICT_SAME;
}

static void find_differences(struct comparison *c)
{
	struct comparing g = {.c = c, .edits = {.a = c->a, .b = c->b}};

	g.broken = arena_alloc(c->arena, c->a->listeners.count + 1);
	g.other_way = arena_alloc(c->arena, c->a->listeners.count + 1);
	pairs_find(&g.pairs, c->a, c->b);
	g.role_missing = roles_compare(c);
	compare_listeners(&g);
	compare_conns(&g);
	asides_compare(c, &g.pairs);
	vec_free(&g.lones);
	edits_free(&g.edits);
	pairs_free(&g.pairs);
}

struct comparison *compare(struct trace *a, struct trace *b, const struct compare_options *options)
{
	struct arena *arena = arena_new();
	struct comparison *c = arena_alloc(arena, sizeof *c);
	uint64_t limit_a = canon_limit(a), limit_b = canon_limit(b);

	*c = (struct comparison){.arena = arena, .options = *options};
	acts_begin(&c->acts, arena, options->payload);
	c->acts.limit = limit_a < limit_b ? limit_a : limit_b;
	c->a = canon_new(a, &c->acts);
	c->b = canon_new(b, &c->acts);
	c->conns[0] = c->a->conns.count;
	c->conns[1] = c->b->conns.count;
	take_doubts(c, c->a, "A");
	take_doubts(c, c->b, "B");
	find_differences(c);
	count_unseen(c);
	sort_differences(c);
	judge(c);
	return c;
}

void comparison_free(struct comparison *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->differences.count; i++)
		vec_free(&c->differences.items[i].hunk);
	vec_free(&c->differences);
	vec_free(&c->doubts);
	canon_free(c->a);
	canon_free(c->b);
	acts_end(&c->acts);
	arena_free(c->arena);
}
