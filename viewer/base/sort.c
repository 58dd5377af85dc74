/* sort.c: merge sort, bottom up. */
#include "viewer/base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"

typedef bool before_fn(const void *, const void *);

static bool is_sorted(void *const *items, size_t count, before_fn *before)
{
	for (size_t i = 1; i < count; i++)
		if (before(items[i], items[i - 1]))
			return false;
	return true;
}

/* from[low..middle) and from[middle..high) to to[low..high). */
static void merge(void *const *from, void **to, size_t low, size_t middle, size_t high, before_fn *before)
{
	size_t left = low, right = middle;

	for (size_t i = low; i < high; i++) {
		bool take_right = left == middle || (right < high && before(from[right], from[left]));

		to[i] = take_right ? from[right++] : from[left++];
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

void sort_stable(void *items, size_t count, before_fn *before)
{
	void **spare, **from = items, **to;

	if (is_sorted(items, count, before))
		return;
	to = spare = mem_zeroed(mem_product(count, sizeof *spare));
	for (size_t width = 1; width < count; width *= 2) {
		void **merged = to;

		for (size_t low = 0; low < count; low += 2 * width)
			merge(from, to, low, least(low + width, count), least(low + 2 * width, count), before);
		to = from;
		from = merged;
	}
	if (from != items)
		memcpy(items, from, count * sizeof *from);
	free(spare);
}
