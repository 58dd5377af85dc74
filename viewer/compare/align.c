/* align: patience, and Myers between what it finds. */
#include "viewer/compare/align.h"

#include <stdbool.h>
#include <stdlib.h>

#include "viewer/base/mem.h"

/* Insertions and deletions that are looked for; the table of furthest points takes the square of it in ints. */
enum { EDITS_MOST = 700 };

/* a[a0..a1) and b[b0..b1). */
struct part {
	size_t a0, a1, b0, b1;
};

struct aligner {
	struct row_acts a, b;
	struct alignment *out;
};

static void emit(struct aligner *al, size_t a, size_t b)
{
	vec_push(&al->out->items, ((struct aligned){a, b}));
}

static void emit_different(struct aligner *al, struct part p)
{
	for (size_t i = p.a0; i < p.a1; i++)
		emit(al, i, SIZE_MAX);
	for (size_t i = p.b0; i < p.b1; i++)
		emit(al, SIZE_MAX, i);
}

static bool equal(const struct aligner *al, size_t a, size_t b)
{
	return al->a.acts[a] == al->b.acts[b];
}

/* Myers: row d of the table holds, for each diagonal k = x - y from -d to d, how far d edits lead. */

struct table {
	int *rows; /* row d begins at d * d */
	int d;     /* the last row that was filled */
};

static int *row_of(const struct table *t, int d)
{
	return t->rows + (size_t)d * (size_t)d + d; /* indexed by k from -d */
}

static bool came_down(const struct table *t, int d, int k)
{
	const int *before = row_of(t, d - 1);

	return k == -d || (k != d && before[k - 1] < before[k + 1]);
}

static int start_of(const struct table *t, int d, int k)
{
	if (d == 0)
		return 0;
	return came_down(t, d, k) ? row_of(t, d - 1)[k + 1] : row_of(t, d - 1)[k - 1] + 1;
}

/* Fill row d; true: it reaches the end. */
static bool fill(const struct aligner *al, struct table *t, struct part p, int d)
{
	int n = (int)(p.a1 - p.a0), m = (int)(p.b1 - p.b0);

	t->d = d;
	for (int k = -d; k <= d; k += 2) {
		int x = start_of(t, d, k), y = x - k;

		while (x < n && y < m && y >= 0 && equal(al, p.a0 + (size_t)x, p.b0 + (size_t)y))
			x++, y++;
		row_of(t, d)[k] = x;
		if (x >= n && y >= m)
			return true;
	}
	return false;
}

/* The path from the end back to the start, then told forwards. */
static void trace_back(struct aligner *al, const struct table *t, struct part p)
{
	int x = (int)(p.a1 - p.a0), y = (int)(p.b1 - p.b0), k;
	VEC(struct aligned) path = {0};

	for (int d = t->d; d >= 0; d--) {
		int start;

		k = x - y;
		start = start_of(t, d, k);
		for (; x > start; x--, y--)
			vec_push(&path, ((struct aligned){p.a0 + (size_t)x - 1, p.b0 + (size_t)y - 1}));
		if (d == 0)
			break;
		if (came_down(t, d, k))
			vec_push(&path, ((struct aligned){SIZE_MAX, p.b0 + (size_t)--y}));
		else
			vec_push(&path, ((struct aligned){p.a0 + (size_t)--x, SIZE_MAX}));
	}
	for (size_t i = path.count; i-- > 0;)
		vec_push(&al->out->items, path.items[i]);
	vec_free(&path);
}

static void myers(struct aligner *al, struct part p)
{
	size_t most = p.a1 - p.a0 + p.b1 - p.b0;
	struct table t = {0};
	bool found = false;

	if (p.a1 == p.a0 || p.b1 == p.b0 || p.a1 - p.a0 > INT32_MAX || p.b1 - p.b0 > INT32_MAX) {
		emit_different(al, p);
		return;
	}
	most = most < EDITS_MOST ? most : EDITS_MOST;
	for (int d = 0, room = 0; d <= (int)most && !found; d++) {
		if (d >= room) {
			room = room ? room * 2 : 8;
			t.rows = mem_resize(t.rows, ((size_t)room + 1) * ((size_t)room + 1) * sizeof *t.rows);
		}
		found = fill(al, &t, p, d);
	}
	if (found)
		trace_back(al, &t, p);
	else
		emit_different(al, p);
	free(t.rows);
}

/* Patience */

struct place {
	uint32_t act;
	size_t at;
};

static int by_act(const void *a, const void *b)
{
	const struct place *l = a, *r = b;

	if (l->act != r->act)
		return l->act < r->act ? -1 : 1;
	return l->at < r->at ? -1 : l->at > r->at;
}

static struct place *places_of(struct row_acts row, size_t from, size_t to)
{
	struct place *places = mem_resize(NULL, mem_product(to - from + 1, sizeof *places));

	for (size_t i = from; i < to; i++)
		places[i - from] = (struct place){row.acts[i], i};
	qsort(places, to - from, sizeof *places, by_act);
	return places;
}

static bool is_once(const struct place *places, size_t count, size_t i)
{
	return (i == 0 || places[i - 1].act != places[i].act) && (i + 1 == count || places[i + 1].act != places[i].act);
}

static int by_a(const void *a, const void *b)
{
	const struct aligned *l = a, *r = b;

	return l->a < r->a ? -1 : l->a > r->a;
}

struct anchors {
	VEC(struct aligned) items;
};

/* Acts that stand in both parts exactly once, by their place in a. */
static void find_unique(const struct aligner *al, struct part p, struct anchors *found)
{
	size_t na = p.a1 - p.a0, nb = p.b1 - p.b0, j = 0;
	struct place *a = places_of(al->a, p.a0, p.a1), *b = places_of(al->b, p.b0, p.b1);

	for (size_t i = 0; i < na; i++) {
		if (!is_once(a, na, i))
			continue;
		while (j < nb && b[j].act < a[i].act)
			j++;
		if (j < nb && b[j].act == a[i].act && is_once(b, nb, j))
			vec_push(&found->items, ((struct aligned){a[i].at, b[j].at}));
	}
	if (found->items.count)
		qsort(found->items.items, found->items.count, sizeof *found->items.items, by_a);
	free(a);
	free(b);
}

/* Of those the longest row that rises in b too, by piles as in the game of patience. */
static void keep_rising(struct anchors *found)
{
	size_t count = found->items.count, piles = 0;
	size_t *top = mem_resize(NULL, mem_product(count + 1, sizeof *top));
	size_t *below = mem_resize(NULL, mem_product(count + 1, sizeof *below));
	struct aligned *items = found->items.items;

	for (size_t i = 0; i < count; i++) {
		size_t low = 0, high = piles;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (items[top[middle]].b < items[i].b)
				low = middle + 1;
			else
				high = middle;
		}
		below[i] = low ? top[low - 1] : SIZE_MAX;
		top[low] = i;
		piles += low == piles;
	}
	if (piles) {
		struct aligned *kept = mem_resize(NULL, mem_product(piles, sizeof *kept));

		for (size_t i = top[piles - 1], k = piles; k-- > 0; i = below[i])
			kept[k] = items[i];
		for (size_t k = 0; k < piles; k++)
			items[k] = kept[k];
		free(kept);
	}
	found->items.count = piles;
	free(top);
	free(below);
}

static struct part common_ends(struct aligner *al, struct part p, size_t *behind)
{
	for (; p.a0 < p.a1 && p.b0 < p.b1 && equal(al, p.a0, p.b0); p.a0++, p.b0++)
		emit(al, p.a0, p.b0);
	for (*behind = 0; p.a0 < p.a1 && p.b0 < p.b1 && equal(al, p.a1 - 1, p.b1 - 1); p.a1--, p.b1--)
		++*behind;
	return p;
}

/* A part between anchors: what its ends share, and Myers for the rest. */
static void between(struct aligner *al, struct part p)
{
	size_t behind;
	struct part inner = common_ends(al, p, &behind);

	myers(al, inner);
	for (size_t i = 0; i < behind; i++)
		emit(al, inner.a1 + i, inner.b1 + i);
}

void align(struct alignment *out, struct row_acts a, struct row_acts b)
{
	struct aligner al = {a, b, out};
	struct part all = {0, a.count, 0, b.count}, p;
	struct anchors anchors = {0};
	size_t behind;

	p = common_ends(&al, all, &behind);
	find_unique(&al, p, &anchors);
	keep_rising(&anchors);
	for (size_t i = 0; i < anchors.items.count; i++) {
		struct aligned anchor = anchors.items.items[i];

		between(&al, (struct part){p.a0, anchor.a, p.b0, anchor.b});
		emit(&al, anchor.a, anchor.b);
		p.a0 = anchor.a + 1;
		p.b0 = anchor.b + 1;
	}
	between(&al, p);
	for (size_t i = 0; i < behind; i++)
		emit(&al, p.a1 + i, p.b1 + i);
	vec_free(&anchors.items);
}

void alignment_free(struct alignment *a)
{
	vec_free(&a->items);
}
