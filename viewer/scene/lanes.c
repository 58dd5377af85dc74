/* lanes: which process is drawn in which lane: clients on the left, servers on the right, proxies between. */
#include "viewer/scene/lanes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/buf.h"
#include "viewer/scene/words.h"

enum column { COLUMN_CLIENT, COLUMN_PROXY, COLUMN_SERVER, COLUMN_COUNT };

/* Processes that follow one another, or, where room lacks, all of a column. */
struct group {
	VEC(const struct process *) members;
	bool overlap;
	enum column column;
};

struct groups {
	VEC(struct group) list;
	const enum column *columns; /* by process index */
};

/* Also one that others accept at: the parent of nginx's workers. */
static bool has_listener(const struct trace *t, const struct process *p)
{
	for (size_t i = 0; i < t->descriptors.count; i++)
		if (t->descriptors.items[i]->proc == p && t->descriptors.items[i]->sock->listener)
			return true;
	return false;
}

static enum column column_without_role(const struct trace *t, const struct process *p)
{
	if (has_listener(t, p))
		return COLUMN_SERVER;
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];

		if (c->ends[SIDE_SERVER].proc == p)
			return COLUMN_SERVER;
		if (c->ends[SIDE_CLIENT].proc == p)
			return COLUMN_CLIENT;
	}
	/* Somebody who bound, or tried to, wanted to be found. */
	for (size_t i = 0; i < t->events.count; i++)
		if (t->events.items[i]->proc == p && t->events.items[i]->call == CALL_bind)
			return COLUMN_SERVER;
	return COLUMN_CLIENT;
}

static enum column find_column(const struct trace *t, const struct process *p)
{
	switch (p->role) {
	case ROLE_CLIENT:
		return COLUMN_CLIENT;
	case ROLE_PROXY:
		return COLUMN_PROXY;
	case ROLE_SERVER:
	case ROLE_WORKER:
		return COLUMN_SERVER;
	case ROLE_NONE:
		break;
	}
	return column_without_role(t, p);
}

/* By process index, found once. */
static enum column *find_columns(struct trace *t)
{
	enum column *columns = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *columns);

	for (size_t i = 0; i < t->procs.count; i++)
		columns[t->procs.items[i]->index] = find_column(t, t->procs.items[i]);
	return columns;
}

static bool overlaps(const struct group *g, const struct process *p)
{
	for (size_t i = 0; i < g->members.count; i++) {
		const struct process *q = g->members.items[i];

		if (p->start_ns < q->last_ns && q->start_ns < p->last_ns)
			return true;
	}
	return false;
}

static struct group *new_group(struct groups *groups, enum column column)
{
	struct group g = {.column = column};

	vec_push(&groups->list, g);
	return &groups->list.items[groups->list.count - 1];
}

/* One group for processes that follow one another, a further one for each that lives beside them. */
static void spread(struct groups *groups, const struct trace *t, const bool *drawn, enum column column)
{
	size_t first = groups->list.count;

	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];
		struct group *into = NULL;

		if (!drawn[p->index] || groups->columns[p->index] != column)
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

static bool has_unseen(const struct trace *t, enum side side, unsigned conn)
{
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];

		if (conn && c->id != conn)
			continue;
		/* Whom a connect did not reach is nobody; a listener that has not accepted is there all the same. */
		if (c->ends[side].proc || c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED)
			continue;
		if (side == SIDE_CLIENT || !c->listener || !c->listener->listened)
			return true;
	}
	return false;
}

/* The address of the unseen ends, or how many there are. */
static const char *unseen_words(struct trace *t, enum side side, unsigned conn)
{
	const char *one = NULL;
	unsigned different = 0;

	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];
		const char *where;

		if (c->ends[side].proc || (conn && c->id != conn))
			continue;
		where = words_end(t->arena, c, side);
		if (!one || strcmp(one, where) != 0)
			different++;
		one = where;
	}
	return different > 1 ? arena_printf(t->arena, "%u addresses", different) : one ? one : "?";
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

/* Who only talks through socketpairs is nobody's client and nobody's server. */
static bool only_pairs(const struct trace *t, const struct process *p)
{
	bool paired = false;

	for (size_t i = 0; i < t->conns.count; i++) {
		const struct end *ends = t->conns.items[i]->ends;
		const struct event *made = ends[SIDE_CLIENT].made;

		if (ends[SIDE_CLIENT].proc != p && ends[SIDE_SERVER].proc != p)
			continue;
		if (!made || made->call != CALL_socketpair)
			return false;
		paired = true;
	}
	return paired && !has_listener(t, p);
}

static const char *role_words(const struct trace *t, const struct group *g)
{
	static const enum role usual[] = {ROLE_CLIENT, ROLE_PROXY, ROLE_SERVER};
	enum role role = g->members.items[0]->role;
	const char *name = role_name(role == ROLE_NONE ? usual[g->column] : role);

	bool many = g->members.count > 1;

	if (role == ROLE_NONE && only_pairs(t, g->members.items[0]))
		return many ? "Processes" : "Process";
	return arena_printf(t->arena, "%s%s", name, many ? "s" : "");
}

static void add_lane(struct ladder *l, const struct trace *t, const struct group *g, struct lane_plan *plan)
{
	struct lane lane = {.traced = true, .shared = g->overlap, .relay = !g->overlap && g->members.count > 1};

	lane.role = role_words(t, g);
	lane.who = who_words(l->arena, g);
	for (size_t i = 0; i < g->members.count; i++)
		plan->of_process[g->members.items[i]->index] = (unsigned)l->lanes.count;
	vec_push(&l->lanes, lane);
}

static void add_unseen(struct ladder *l, struct trace *t, enum side side, unsigned conn, struct lane_plan *plan)
{
	struct lane lane = {.role = "not traced"};

	lane.who = unseen_words(t, side, conn);
	plan->unseen[side] = (unsigned)l->lanes.count;
	vec_push(&l->lanes, lane);
}

static void group_column(struct groups *groups, const struct trace *t, const bool *drawn, enum column column,
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

static unsigned sides_there(const struct groups *groups, const struct trace *t, const bool *drawn, const bool *unseen)
{
	bool there[COLUMN_COUNT] = {false};
	unsigned count = unseen[SIDE_CLIENT] + unseen[SIDE_SERVER];

	for (size_t i = 0; i < t->procs.count; i++)
		if (drawn[t->procs.items[i]->index])
			there[groups->columns[t->procs.items[i]->index]] = true;
	for (int c = 0; c < COLUMN_COUNT; c++)
		count += there[c];
	return count;
}

void lanes_plan(struct ladder *l, struct trace *t, const bool *drawn, unsigned conn, unsigned most,
		struct lane_plan *plan)
{
	struct groups groups = {.columns = find_columns(t)};
	bool unseen[2] = {has_unseen(t, SIDE_CLIENT, conn), has_unseen(t, SIDE_SERVER, conn)};
	unsigned sides = sides_there(&groups, t, drawn, unseen), spare = most > sides ? most - sides : 0;

	for (size_t i = 0; i <= t->procs.count; i++)
		plan->of_process[i] = LANE_NONE;
	plan->unseen[SIDE_CLIENT] = plan->unseen[SIDE_SERVER] = LANE_NONE;
	for (int c = 0; c < COLUMN_COUNT; c++)
		group_column(&groups, t, drawn, c, &spare);
	if (unseen[SIDE_CLIENT])
		add_unseen(l, t, SIDE_CLIENT, conn, plan);
	for (size_t g = 0; g < groups.list.count; g++) {
		add_lane(l, t, &groups.list.items[g], plan);
		vec_free(&groups.list.items[g].members);
	}
	if (unseen[SIDE_SERVER])
		add_unseen(l, t, SIDE_SERVER, conn, plan);
	for (size_t i = 0; i < l->lanes.count; i++)
		l->lanes.items[i].lean = lean_of(i, l->lanes.count);
	vec_free(&groups.list);
}
