/* lanes: which process is drawn in which lane: clients on the left, servers on the right, proxies between. */
#include "viewer/scene/lanes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/buf.h"
#include "viewer/scene/columns.h"
#include "viewer/scene/words.h"

/* Processes that follow one another, or, where room lacks, all of a column. */
struct group {
	VEC(const struct process *) members;
	bool overlap;
	unsigned column;
};

struct groups {
	VEC(struct group) list;
	struct columns columns;
};

static bool overlaps(const struct group *g, const struct process *p)
{
	for (size_t i = 0; i < g->members.count; i++) {
		const struct process *q = g->members.items[i];

		if (p->start_ns < q->last_ns && q->start_ns < p->last_ns)
			return true;
	}
	return false;
}

static struct group *new_group(struct groups *groups, unsigned column)
{
	struct group g = {.column = column};

	vec_push(&groups->list, g);
	return &groups->list.items[groups->list.count - 1];
}

/* One group for processes that follow one another, a further one for each that lives beside them. */
static void spread(struct groups *groups, const struct trace *t, const struct drawn *drawn, unsigned column)
{
	size_t first = groups->list.count;

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];
		struct group *into = NULL;

		if (!drawn->procs[p->index] || groups->columns.of_process[p->index] != column)
			continue;
		for (size_t g = first; g < groups->list.count && !into; g++)
			if (!overlaps(&groups->list.items[g], p))
				into = &groups->list.items[g];
		if (!into)
			into = new_group(groups, column);
		vec_push(&into->members, p);
	}
}

/* Put the column's groups from `first` on into one. */
static void stack(struct groups *groups, size_t first)
{
	struct group *into = &groups->list.items[first];

	for (size_t g = first + 1; g < groups->list.count; g++) {
		struct group *from = &groups->list.items[g];

		for (size_t i = 0; i < from->members.count; i++)
			vec_push(&into->members, from->members.items[i]);
		vec_free(&from->members);
	}
	into->overlap = true;
	groups->list.count = first + 1;
}

/* Whether an end that is drawn has no process. Whom a connect did not reach is nobody; a listener that has not accepted is there all the
 * same. */
static bool is_unseen(const struct conn *c, enum side side, const struct drawn *drawn)
{
	if (!drawn->conns[c->id] || c->ends[side].proc || c->kind == CONN_KERNEL)
		return false;
	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
		return false;
	return side == SIDE_CLIENT || !conn_reached(c);
}

static bool has_unseen(const struct trace *t, enum side side, const struct drawn *drawn)
{
	for (size_t i = 0; i < t->conns.count; i++)
		if (is_unseen(t->conns.items[i], side, drawn))
			return true;
	return false;
}

/* The address of the unseen ends, or how many there are. */
static const char *unseen_words(struct trace *t, enum side side, const struct drawn *drawn)
{
	const char *one = NULL;
	unsigned different = 0;

	for (size_t i = 0; i < t->conns.count; i++) {
		const char *where;

		if (!is_unseen(t->conns.items[i], side, drawn))
			continue;
		where = words_end(t->arena, t->conns.items[i], side);
		if (!one || strcmp(one, where) != 0)
			different++;
		one = where;
	}
	return different > 1 ? arena_printf(t->arena, "%u addresses", different) : one ? one : "?";
}

static const char *unseen_role(const struct trace *t, enum side side, const struct drawn *drawn)
{
	for (size_t i = 0; i < t->conns.count; i++)
		if (t->conns.items[i]->undecided && is_unseen(t->conns.items[i], side, drawn))
			return words_stranger(t->conns.items[i]);
	return "not traced";
}

static enum lean lean_of(size_t index, size_t count)
{
	if (index == 0 && count > 1)
		return LEAN_RIGHT;
	return index + 1 == count ? LEAN_LEFT : LEAN_MIDDLE;
}

static const char *who_words(struct arena *a, const struct group *g)
{
	struct buf b = {0};
	const char *words;

	if (g->members.count == 1)
		return arena_printf(a, "P%u %s", g->members.items[0]->index, words_process(a, g->members.items[0]));
	if (g->members.count > 6)
		return arena_printf(a, "%zu processes", g->members.count);
	for (size_t i = 0; i < g->members.count; i++)
		buf_printf(&b, "%sP%u", i ? " " : "", g->members.items[i]->index);
	words = arena_copy(a, b.bytes, b.len);
	buf_free(&b);
	return words;
}

static const char *role_words(const struct trace *t, const struct group *g, const struct columns *columns)
{
	const struct process *first = g->members.items[0];
	const char *name = role_name(first->role != ROLE_NONE ? first->role : g->column ? ROLE_SERVER : ROLE_CLIENT);
	bool many = g->members.count > 1;

	if (first->role == ROLE_NONE && columns->only_pairs[first->index])
		return many ? "Processes" : "Process";
	return arena_printf(t->arena, "%s%s", name, many ? "s" : "");
}

static void add_lane(struct ladder *l, const struct trace *t, const struct group *g, const struct columns *columns,
		     struct lane_plan *plan)
{
	struct lane lane = {.traced = true, .shared = g->overlap, .relay = !g->overlap && g->members.count > 1};

	lane.role = role_words(t, g, columns);
	lane.who = who_words(l->arena, g);
	for (size_t i = 0; i < g->members.count; i++)
		plan->of_process[g->members.items[i]->index] = (unsigned)l->lanes.count;
	vec_push(&l->lanes, lane);
}

static void add_unseen(struct ladder *l, struct trace *t, enum side side, const struct drawn *drawn,
		       struct lane_plan *plan)
{
	struct lane lane = {.role = unseen_role(t, side, drawn)};

	lane.who = unseen_words(t, side, drawn);
	plan->unseen[side] = (unsigned)l->lanes.count;
	vec_push(&l->lanes, lane);
}

static void group_column(struct groups *groups, const struct trace *t, const struct drawn *drawn, unsigned column,
			 unsigned *spare)
{
	size_t first = groups->list.count, count;

	spread(groups, t, drawn, column);
	count = groups->list.count - first;
	if (count <= 1)
		return;
	if (count - 1 > *spare)
		stack(groups, first);
	else
		*spare -= (unsigned)count - 1;
}

static unsigned sides_there(const struct groups *groups, const struct trace *t, const struct drawn *drawn,
			    const bool *unseen)
{
	unsigned long there = 0;

	for (size_t i = 0; i < t->procs.count; i++)
		if (drawn->procs[t->procs.items[i]->index])
			there |= 1UL << groups->columns.of_process[t->procs.items[i]->index];
	return unseen[SIDE_CLIENT] + unseen[SIDE_SERVER] + (unsigned)__builtin_popcountl(there);
}

void lanes_plan(struct ladder *l, struct trace *t, const struct drawn *drawn, unsigned most, struct lane_plan *plan)
{
	struct groups groups = {.columns = columns_find(t)};
	bool unseen[2] = {has_unseen(t, SIDE_CLIENT, drawn), has_unseen(t, SIDE_SERVER, drawn)};
	unsigned sides = sides_there(&groups, t, drawn, unseen), spare = most > sides ? most - sides : 0;

	for (size_t i = 0; i <= t->procs.count; i++)
		plan->of_process[i] = LANE_NONE;
	plan->unseen[SIDE_CLIENT] = plan->unseen[SIDE_SERVER] = LANE_NONE;
	for (unsigned c = 0; c < groups.columns.count; c++)
		group_column(&groups, t, drawn, c, &spare);
	if (unseen[SIDE_CLIENT])
		add_unseen(l, t, SIDE_CLIENT, drawn, plan);
	for (size_t g = 0; g < groups.list.count; g++) {
		add_lane(l, t, &groups.list.items[g], &groups.columns, plan);
		vec_free(&groups.list.items[g].members);
	}
	if (unseen[SIDE_SERVER])
		add_unseen(l, t, SIDE_SERVER, drawn, plan);
	for (size_t i = 0; i < l->lanes.count; i++)
		l->lanes.items[i].lean = lean_of(i, l->lanes.count);
	vec_free(&groups.list);
}
