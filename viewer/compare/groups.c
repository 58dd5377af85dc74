/* groups: connections of both runs grouped by all their steps. */
#include "viewer/compare/groups.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"
#include "viewer/base/sort.h"

enum { EXACT_STEPS_MOST = 48 };

static const struct canon_step *steps_of(const struct canon *c, const struct canon_row *row)
{
	return row->count ? &c->steps.items[row->first] : NULL;
}

static uint64_t hash_row(const struct canon *c, const struct canon_row *row, uint64_t seed)
{
	const struct canon_step *steps = steps_of(c, row);
	uint64_t hash = hash_number(seed, row->count);

	for (uint32_t i = 0; i < row->count; i++)
		hash = hash_number(hash, steps[i].act);
	return hash_number(hash, row->proc != NULL);
}

static bool same_row(const struct canon *a, const struct canon_row *x, const struct canon *b, const struct canon_row *y)
{
	const struct canon_step *l = steps_of(a, x), *r = steps_of(b, y);

	if (x->count != y->count || !x->proc != !y->proc)
		return false;
	for (uint32_t i = 0; i < x->count; i++)
		if (l[i].act != r[i].act)
			return false;
	return true;
}

static int kind_of(const struct canon_conn *c)
{
	return c->conn ? (int)c->conn->kind : -1;
}

static bool same_conn(const struct group *s, const struct canon *c, const struct canon_conn *conn, size_t listener)
{
	return s->listener == listener && kind_of(s->first) == kind_of(conn) &&
	       same_row(s->canon, &s->first->ends[SIDE_CLIENT], c, &conn->ends[SIDE_CLIENT]) &&
	       same_row(s->canon, &s->first->ends[SIDE_SERVER], c, &conn->ends[SIDE_SERVER]);
}

static bool has_hash(const void *value, const void *key)
{
	return ((const struct group *)value)->hash == *(const uint64_t *)key;
}

static struct group *group_of(struct groups *s, const struct canon *c, const struct canon_conn *conn, size_t listener)
{
	uint64_t hash = hash_number((uint64_t)kind_of(conn), listener);
	struct group *first, *group;

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		hash = hash_row(c, &conn->ends[side], hash);
	first = map_find(&s->known, hash, has_hash, &hash);
	for (group = first; group; group = group->next)
		if (same_conn(group, c, conn, listener))
			return group;
	group = arena_alloc(s->arena, sizeof *group);
	*group = (struct group){.hash = hash, .canon = c, .first = conn, .listener = listener};
	if (first) {
		group->next = first->next;
		first->next = group;
	} else {
		map_add(&s->known, hash, group);
	}
	vec_push(&s->list, group);
	return group;
}

void groups_add(struct groups *s, const struct canon *c, unsigned run, const size_t *listeners)
{
	for (size_t i = 0; i < c->conns.count; i++) {
		const struct canon_conn *conn = &c->conns.items[i];
		size_t listener = conn->listener == SIZE_MAX ? SIZE_MAX : listeners[conn->listener];
		struct group *group = group_of(s, c, conn, listener);

		if (!group->counts[run]++)
			group->firsts[run] = conn;
	}
}

/* By what the steps say, not by their numbers, which come from the order of service. */

static int compare_number(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_word(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_data(const struct act *a, const struct act *b)
{
	size_t least = a->data_len < b->data_len ? a->data_len : b->data_len;
	int order = least ? memcmp(a->data, b->data, least) : 0;

	return order ? order : compare_number((int64_t)a->data_len, (int64_t)b->data_len);
}

static int compare_act(const struct act *a, const struct act *b)
{
	int order = compare_number(a->verb, b->verb);

	order = order ? order : compare_number(a->call, b->call);
	order = order ? order : compare_number(a->number, b->number);
	order = order ? order : compare_word(a->what, b->what);
	order = order ? order : compare_word(a->err, b->err);
	return order ? order : compare_data(a, b);
}

static int compare_row(const struct group *a, const struct group *b, enum side side)
{
	const struct canon_row *x = &a->first->ends[side], *y = &b->first->ends[side];
	const struct canon_step *l = steps_of(a->canon, x), *r = steps_of(b->canon, y);
	const struct act *const *acts = a->canon->acts->list.items;

	for (uint32_t i = 0; i < x->count && i < y->count; i++)
		if (l[i].act != r[i].act)
			return compare_act(acts[l[i].act], acts[r[i].act]);
	return compare_number(x->count, y->count);
}

static bool group_before(const void *a, const void *b)
{
	const struct group *l = a, *r = b;
	int order = l->listener < r->listener ? -1 : l->listener > r->listener;

	order = order ? order : compare_number(kind_of(l->first), kind_of(r->first));
	order = order ? order : compare_row(l, r, SIDE_CLIENT);
	order = order ? order : compare_row(l, r, SIDE_SERVER);
	return order < 0;
}

void groups_sort(struct groups *s)
{
	sort_stable(s->list.items, s->list.count, group_before);
}

void groups_free(struct groups *s)
{
	vec_free(&s->list);
	map_free(&s->known);
}

/* Distance. Of a step that became another of the same verb half counts. */

static int64_t change(const struct group *a, uint32_t x, const struct group *b, uint32_t y)
{
	const struct act *const *acts = a->canon->acts->list.items;

	(void)b;
	if (x == y)
		return 0;
	return acts[x]->verb == acts[y]->verb ? 1 : 2;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t exact_distance(const struct group *a, const struct group *b, enum side side)
{
	const struct canon_row *x = &a->first->ends[side], *y = &b->first->ends[side];
	const struct canon_step *l = steps_of(a->canon, x), *r = steps_of(b->canon, y);
	int64_t row[EXACT_STEPS_MOST + 1];

	for (uint32_t j = 0; j <= y->count; j++)
		row[j] = j;
	for (uint32_t i = 1; i <= x->count; i++) {
		int64_t diagonal = row[0];

		row[0] = i;
		for (uint32_t j = 1; j <= y->count; j++) {
			int64_t above = row[j];

			row[j] = least(diagonal + change(a, l[i - 1].act, b, r[j - 1].act),
				       least(above, row[j - 1]) + 1);
			diagonal = above;
		}
	}
	return row[y->count];
}

static int by_number(const void *a, const void *b)
{
	uint32_t l = *(const uint32_t *)a, r = *(const uint32_t *)b;

	return l < r ? -1 : l > r;
}

static uint32_t *sorted_acts(const struct canon *c, const struct canon_row *row)
{
	uint32_t *acts = mem_resize(NULL, mem_product((size_t)row->count + 1, sizeof *acts));

	for (uint32_t i = 0; i < row->count; i++)
		acts[i] = c->steps.items[row->first + i].act;
	qsort(acts, row->count, sizeof *acts, by_number);
	return acts;
}

/* Of long rows: how many steps one has and the other has not, in whatever order. */
static int64_t bag_distance(const struct group *a, const struct group *b, enum side side)
{
	const struct canon_row *x = &a->first->ends[side], *y = &b->first->ends[side];
	uint32_t *l = sorted_acts(a->canon, x), *r = sorted_acts(b->canon, y), i = 0, j = 0;
	int64_t distance = 0;

	while (i < x->count && j < y->count) {
		if (l[i] == r[j])
			i++, j++;
		else
			distance++, *(l[i] < r[j] ? &i : &j) += 1;
	}
	distance += (int64_t)(x->count - i) + (int64_t)(y->count - j);
	free(l);
	free(r);
	return distance;
}

int64_t groups_distance(const struct group *a, const struct group *b)
{
	int64_t distance = (a->listener != b->listener) + (kind_of(a->first) != kind_of(b->first));

	for (enum side side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		uint32_t x = a->first->ends[side].count, y = b->first->ends[side].count;

		distance += x <= EXACT_STEPS_MOST && y <= EXACT_STEPS_MOST ? exact_distance(a, b, side)
									   : bag_distance(a, b, side);
	}
	return distance;
}

int64_t group_weight(const struct group *s)
{
	return (int64_t)s->first->ends[SIDE_CLIENT].count + s->first->ends[SIDE_SERVER].count;
}
