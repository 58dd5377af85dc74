/* pairs: which listener and which connection of one run stands for which of the other. */
#include "viewer/compare/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"
#include "viewer/base/sort.h"
#include "viewer/compare/assign.h"
#include "viewer/compare/groups.h"

/* Above these the exact ways would take long, and the next coarser one is taken. */
enum { ASSIGNED_MOST = 256, DISTANCES_MOST = 1 << 16 };

/* Listeners */

static bool is_alike(const struct canon_listener *a, const struct canon_listener *b, bool same_family)
{
	return a->datagrams == b->datagrams &&
	       strcmp(a->sock->type ? a->sock->type : "", b->sock->type ? b->sock->type : "") == 0 &&
	       (!same_family ||
		strcmp(a->sock->family ? a->sock->family : "", b->sock->family ? b->sock->family : "") == 0);
}

static void pair_listeners(struct pairs *p, const struct canon *a, const struct canon *b, bool same_family)
{
	for (size_t i = 0; i < a->listeners.count; i++)
		for (size_t j = 0; p->to_b[i] == SIZE_MAX && j < b->listeners.count; j++) {
			if (p->to_a[j] != SIZE_MAX ||
			    !is_alike(&a->listeners.items[i], &b->listeners.items[j], same_family))
				continue;
			p->to_b[i] = j;
			p->to_a[j] = i;
		}
}

static size_t *no_index(struct arena *arena, size_t count)
{
	size_t *index = arena_alloc(arena, (count + 1) * sizeof *index);

	for (size_t i = 0; i < count; i++)
		index[i] = SIZE_MAX;
	return index;
}

static void number_listeners(const struct pairs *p, const struct canon *a, const struct canon *b, size_t *of_a,
			     size_t *of_b)
{
	for (size_t i = 0; i < a->listeners.count; i++)
		of_a[i] = i;
	for (size_t j = 0; j < b->listeners.count; j++)
		of_b[j] = p->to_a[j] != SIZE_MAX ? p->to_a[j] : a->listeners.count + j;
}

/* Connections */

static void add_pair(struct pairs *p, const struct group *a, const struct group *b, size_t times)
{
	struct conn_pair pair = {
		.a = a ? a->firsts[0] : NULL,
		.b = b ? b->firsts[1] : NULL,
		.times = times,
		.equal = a == b,
	};

	if (times)
		vec_push(&p->conns, pair);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* What is equal cancels out, as often as it is there on both sides. */
static void cancel(struct pairs *p, struct groups *s)
{
	for (size_t i = 0; i < s->list.count; i++) {
		struct group *group = s->list.items[i];
		size_t both = least(group->counts[0], group->counts[1]);

		add_pair(p, group, group, both);
		group->counts[0] -= both;
		group->counts[1] -= both;
	}
}

struct leftover {
	VEC(struct group *) groups[2];
	size_t conns[2];
};

static void collect(struct leftover *l, const struct groups *s)
{
	*l = (struct leftover){0};
	for (size_t i = 0; i < s->list.count; i++)
		for (unsigned run = 0; run < 2; run++)
			if (s->list.items[i]->counts[run]) {
				vec_push(&l->groups[run], s->list.items[i]);
				l->conns[run] += s->list.items[i]->counts[run];
			}
}

static void leftover_free(struct leftover *l)
{
	vec_free(&l->groups[0]);
	vec_free(&l->groups[1]);
}

static void take(struct pairs *p, struct group *a, struct group *b)
{
	size_t times = least(a->counts[0], b->counts[1]);

	add_pair(p, a, b, times);
	a->counts[0] -= times;
	b->counts[1] -= times;
}

/* Nothing in common: they do not stand for each other. */
static bool is_unlike(const struct group *a, const struct group *b, int64_t distance)
{
	return distance >= group_weight(a) + group_weight(b);
}

/* Few: the least sum of distances, found exactly, a connection at a time. */
static void assign_all(struct pairs *p, const struct leftover *l)
{
	size_t count = l->conns[0] > l->conns[1] ? l->conns[0] : l->conns[1], n[2] = {0};
	int64_t *cost = mem_zeroed(mem_product(mem_product(count, count), sizeof *cost));
	struct group **rows[2];
	size_t *to = mem_zeroed(mem_product(count + 1, sizeof *to));

	for (unsigned run = 0; run < 2; run++) {
		rows[run] = mem_zeroed(mem_product(count + 1, sizeof(struct group *)));
		for (size_t i = 0; i < l->groups[run].count; i++)
			for (size_t k = 0; k < l->groups[run].items[i]->counts[run]; k++)
				rows[run][n[run]++] = l->groups[run].items[i];
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			struct group *a = i < n[0] ? rows[0][i] : NULL, *b = j < n[1] ? rows[1][j] : NULL;

			if (j && i < n[0] && j < n[1] && rows[1][j] == rows[1][j - 1])
				cost[i * count + j] = cost[i * count + j - 1];
			else
				cost[i * count + j] = a && b ? groups_distance(a, b)
						      : a    ? group_weight(a)
							     : (b ? group_weight(b) : 0);
		}
	assign_least(cost, count, to);
	for (size_t i = 0; i < n[0]; i++)
		if (to[i] < n[1] && !is_unlike(rows[0][i], rows[1][to[i]], cost[i * count + to[i]]) &&
		    rows[0][i]->counts[0] && rows[1][to[i]]->counts[1]) {
			add_pair(p, rows[0][i], rows[1][to[i]], 1);
			rows[0][i]->counts[0]--;
			rows[1][to[i]]->counts[1]--;
		}
	free(rows[0]);
	free(rows[1]);
	free(cost);
	free(to);
}

struct candidate {
	int64_t distance;
	size_t order;
	struct group *a, *b;
};

static int by_distance(const void *a, const void *b)
{
	const struct candidate *l = a, *r = b;

	if (l->distance != r->distance)
		return l->distance < r->distance ? -1 : 1;
	return l->order < r->order ? -1 : l->order > r->order;
}

/* Many of few groups: the nearest two groups first. */
static void take_nearest(struct pairs *p, const struct leftover *l)
{
	VEC(struct candidate) near = {0};

	for (size_t i = 0; i < l->groups[0].count; i++)
		for (size_t j = 0; j < l->groups[1].count; j++) {
			struct group *a = l->groups[0].items[i], *b = l->groups[1].items[j];
			struct candidate c = {groups_distance(a, b), near.count, a, b};

			if (!is_unlike(a, b, c.distance))
				vec_push(&near, c);
		}
	if (near.count)
		qsort(near.items, near.count, sizeof *near.items, by_distance);
	for (size_t i = 0; i < near.count; i++)
		take(p, near.items[i].a, near.items[i].b);
	vec_free(&near);
}

/* Many of many groups, as where each connection carries other bytes: in the order of what they say, which puts those
 * side by side that begin alike. */
static void take_in_order(struct pairs *p, const struct leftover *l)
{
	size_t i = 0, j = 0;

	while (i < l->groups[0].count && j < l->groups[1].count) {
		struct group *a = l->groups[0].items[i], *b = l->groups[1].items[j];

		if (a->listener != b->listener) {
			*(a->listener < b->listener ? &i : &j) += 1;
			continue;
		}
		take(p, a, b);
		i += !a->counts[0];
		j += !b->counts[1];
	}
}

static void pair_leftover(struct pairs *p, struct groups *s)
{
	struct leftover l;

	collect(&l, s);
	if (l.groups[0].count && l.groups[1].count) {
		if (l.conns[0] <= ASSIGNED_MOST && l.conns[1] <= ASSIGNED_MOST)
			assign_all(p, &l);
		else if (l.groups[0].count * l.groups[1].count <= DISTANCES_MOST)
			take_nearest(p, &l);
		else
			take_in_order(p, &l);
	}
	leftover_free(&l);
	for (size_t i = 0; i < s->list.count; i++) {
		add_pair(p, s->list.items[i], NULL, s->list.items[i]->counts[0]);
		add_pair(p, NULL, s->list.items[i], s->list.items[i]->counts[1]);
	}
}

void pairs_find(struct pairs *p, const struct canon *a, const struct canon *b)
{
	struct groups s = {0};
	size_t *of_a, *of_b;

	*p = (struct pairs){.arena = arena_new()};
	s.arena = p->arena;
	p->to_b = no_index(p->arena, a->listeners.count);
	p->to_a = no_index(p->arena, b->listeners.count);
	pair_listeners(p, a, b, true);
	pair_listeners(p, a, b, false);
	of_a = no_index(p->arena, a->listeners.count);
	of_b = no_index(p->arena, b->listeners.count);
	number_listeners(p, a, b, of_a, of_b);
	groups_add(&s, a, 0, of_a);
	groups_add(&s, b, 1, of_b);
	groups_sort(&s);
	cancel(p, &s);
	pair_leftover(p, &s);
	groups_free(&s);
}

void pairs_free(struct pairs *p)
{
	vec_free(&p->conns);
	arena_free(p->arena);
}
