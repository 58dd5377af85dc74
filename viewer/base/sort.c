/* sort.c: merge sort of the runs that are there. */
#include "viewer/base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"

typedef bool before_fn(const void *, const void *);

/* Where each piece begins that is sorted already, and the end of the last. */
struct runs {
	size_t *begins;
	size_t count, room;
};

static void add_begin(struct runs *r, size_t begin)
{
	if (r->count == r->room) {
		r->room = r->room ? mem_product(r->room, 2) : 64;
		r->begins = mem_resize(r->begins, mem_product(r->room, sizeof *r->begins));
	}
	r->begins[r->count++] = begin;
}

static void find_runs(struct runs *r, void *const *items, size_t count, before_fn *before)
{
	add_begin(r, 0);
	for (size_t i = 1; i < count; i++)
		if (before(items[i], items[i - 1]))
			add_begin(r, i);
	add_begin(r, count);
}

/* from[low..middle) and from[middle..high) to to[low..high). */
static void merge(void *const *from, void **to, size_t low, size_t middle, size_t high, before_fn *before)
{
	size_t left = low, right = middle, i = low;

	while (left < middle && right < high)
		to[i++] = before(from[right], from[left]) ? from[right++] : from[left++];
	memcpy(to + i, from + left, (middle - left) * sizeof *to);
	memcpy(to + i + (middle - left), from + right, (high - right) * sizeof *to);
}

/* Every two neighbours become one. */
static void merge_pairs(struct runs *r, void *const *from, void **to, before_fn *before)
{
	size_t kept = 0, i = 0;

	for (; i + 2 < r->count; i += 2) {
		merge(from, to, r->begins[i], r->begins[i + 1], r->begins[i + 2], before);
		r->begins[kept++] = r->begins[i];
	}
	if (i + 2 == r->count) {
		memcpy(to + r->begins[i], from + r->begins[i], (r->begins[i + 1] - r->begins[i]) * sizeof *to);
		r->begins[kept++] = r->begins[i++];
	}
	r->begins[kept++] = r->begins[i];
	r->count = kept;
}

void sort_stable(void *items, size_t count, before_fn *before)
{
	void **spare, **from = items, **to;
	struct runs runs = {0};

	if (count < 2)
		return;
	find_runs(&runs, items, count, before);
	to = spare = runs.count > 2 ? mem_resize(NULL, mem_product(count, sizeof *spare)) : NULL;
	while (runs.count > 2) {
		void **merged = to;

		merge_pairs(&runs, from, to, before);
		to = from;
		from = merged;
	}
	if (from != items)
		memcpy(items, from, count * sizeof *from);
	free(spare);
	free(runs.begins);
}

size_t sort_below(const void *items, size_t count, uint64_t (*number)(const void *item), uint64_t least)
{
	const void *const *all = items;
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (number(all[middle]) < least)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
