/* sort_number.c: merge sort of the runs that are there, by a number, several threads at once. */
#include "viewer/base/sort.h"

#include "viewer/base/mem.h"
#include "viewer/base/vec.h"
#include "viewer/base/work.h"

enum { AT_A_TIME = 32 << 10 }; /* items that a thread takes at once */

/* The number stands beside the item: looking into a million of them for each comparison costs more than all the rest. */
struct keyed {
	uint64_t number;
	void *item;
};

struct sorting {
	void **items;
	size_t count;
	uint64_t (*number)(const void *);
	struct keyed *from, *to;
	VEC(size_t) begins; /* of each run, and the end of the last */
};

static void ask_numbers(void *context, size_t worker, size_t from, size_t to)
{
	struct sorting *s = context;

	(void)worker;
	for (size_t i = from; i < to; i++)
		s->from[i] = (struct keyed){s->number(s->items[i]), s->items[i]};
}

static void put_back(void *context, size_t worker, size_t from, size_t to)
{
	struct sorting *s = context;

	(void)worker;
	for (size_t i = from; i < to; i++)
		s->items[i] = s->from[i].item;
}

static void find_runs(struct sorting *s)
{
	vec_push(&s->begins, 0);
	for (size_t i = 1; i < s->count; i++)
		if (s->from[i].number < s->from[i - 1].number)
			vec_push(&s->begins, i);
	vec_push(&s->begins, s->count);
}

/* How many of the first `count` of both runs, merged, come from the left one. */
static size_t share_of_left(const struct keyed *left, size_t lefts, const struct keyed *right, size_t rights,
			    size_t count)
{
	size_t least = count > rights ? count - rights : 0, most = count < lefts ? count : lefts;

	while (least < most) {
		size_t middle = least + (most - least) / 2;

		if (left[middle].number <= right[count - middle - 1].number)
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

/* What comes to to[first..last) of the runs at low and middle, merged. */
static void merge(const struct sorting *s, size_t low, size_t middle, size_t high, size_t first, size_t last)
{
	const struct keyed *from = s->from;
	size_t left = low + share_of_left(from + low, middle - low, from + middle, high - middle, first - low);
	size_t right = middle + (first - left);

	/* Which one comes next is chance in most traces: sums cost less than a branch that is guessed wrong. */
	while (first < last && left < middle && right < high) {
		size_t is_right = from[right].number < from[left].number;

		s->to[first++] = from[left + (right - left) * is_right];
		left += !is_right;
		right += is_right;
	}
	while (first < last)
		s->to[first++] = from[left < middle ? left++ : right++];
}

/* The left one of the two neighbours that merge to what stands at this place. */
static size_t pair_at(const struct sorting *s, size_t place)
{
	size_t low = 0, high = s->begins.count - 1;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->begins.items[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return low - low % 2;
}

/* Of every two neighbours, the part that comes to these places. A last one without a neighbour is copied. */
static void merge_places(void *context, size_t worker, size_t from, size_t to)
{
	const struct sorting *s = context;
	size_t runs = s->begins.count - 1;

	(void)worker;
	for (size_t i = pair_at(s, from); from < to; i += 2) {
		size_t middle = s->begins.items[i + 1], high = i + 2 <= runs ? s->begins.items[i + 2] : middle;
		size_t last = high < to ? high : to;

		merge(s, s->begins.items[i], middle, high, from, last);
		from = last;
	}
}

static void merge_pairs(struct sorting *s)
{
	size_t kept = 0, runs = s->begins.count - 1;
	struct keyed *merged = s->to;

	work_ranges(s->count, AT_A_TIME, merge_places, s);
	for (size_t i = 0; i < runs; i += 2)
		s->begins.items[kept++] = s->begins.items[i];
	s->begins.items[kept++] = s->count;
	s->begins.count = kept;
	s->to = s->from;
	s->from = merged;
}

void sort_by_number(void *items, size_t count, uint64_t (*number)(const void *item))
{
	struct sorting s = {.items = items, .count = count, .number = number};
	struct arena *scratch;

	if (count < 2)
		return;
	scratch = arena_new();
	s.from = arena_alloc(scratch, mem_product(count, sizeof *s.from));
	work_ranges(count, AT_A_TIME, ask_numbers, &s);
	find_runs(&s);
	if (s.begins.count > 2) {
		s.to = arena_alloc(scratch, mem_product(count, sizeof *s.to));
		while (s.begins.count > 2)
			merge_pairs(&s);
		work_ranges(count, AT_A_TIME, put_back, &s);
	}
	arena_free(scratch);
	vec_free(&s.begins);
}
