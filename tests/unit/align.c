/* align: rows of steps are aligned as well as can be, connections are assigned at the least cost. */
#include "viewer/compare/align.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "viewer/compare/assign.h"

enum { LEN_MOST = 24, COUNT_MOST = 6 };

static uint64_t chance = 0x9e3779b97f4a7c15;

static size_t draw(size_t below)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (size_t)(chance % below);
}

static size_t draw_row(uint32_t *row, size_t most, size_t kinds)
{
	size_t count = draw(most + 1);

	for (size_t i = 0; i < count; i++)
		row[i] = (uint32_t)draw(kinds);
	return count;
}

/* Every step stands there once, in order; what is paired is equal. Returns how many pairs there are. */
static size_t check(const struct alignment *al, struct row_acts a, struct row_acts b)
{
	size_t i = 0, j = 0, pairs = 0;

	for (size_t k = 0; k < al->items.count; k++) {
		struct aligned x = al->items.items[k];

		if (x.a != SIZE_MAX)
			assert_int_equal(x.a, i++);
		if (x.b != SIZE_MAX)
			assert_int_equal(x.b, j++);
		if (x.a == SIZE_MAX || x.b == SIZE_MAX)
			continue;
		assert_int_equal(a.acts[x.a], b.acts[x.b]);
		pairs++;
	}
	assert_int_equal(i, a.count);
	assert_int_equal(j, b.count);
	return pairs;
}

static size_t common_most(struct row_acts a, struct row_acts b)
{
	size_t table[LEN_MOST + 1][LEN_MOST + 1] = {{0}};

	for (size_t i = 1; i <= a.count; i++)
		for (size_t j = 1; j <= b.count; j++) {
			size_t up = table[i - 1][j], left = table[i][j - 1];

			if (a.acts[i - 1] == b.acts[j - 1])
				table[i][j] = table[i - 1][j - 1] + 1;
			else
				table[i][j] = up > left ? up : left;
		}
	return table[a.count][b.count];
}

/* What both begin and end with is paired before patience looks. */
static void trim(struct row_acts *a, struct row_acts *b)
{
	for (; a->count && b->count && a->acts[0] == b->acts[0]; a->count--, b->count--)
		a->acts++, b->acts++;
	while (a->count && b->count && a->acts[a->count - 1] == b->acts[b->count - 1])
		a->count--, b->count--;
}

static bool has_unique(struct row_acts row)
{
	for (size_t i = 0; i < row.count; i++) {
		size_t times = 0;

		for (size_t k = 0; k < row.count; k++)
			times += row.acts[k] == row.acts[i];
		if (times == 1)
			return true;
	}
	return false;
}

/* Without steps that are there once patience has nothing to say, and the alignment is the longest there is. */
static void rows_are_aligned_as_well_as_can_be(void **state)
{
	uint32_t x[LEN_MOST], y[LEN_MOST];
	size_t exact = 0;

	(void)state;
	for (int turn = 0; turn < 20000; turn++) {
		struct row_acts a = {x, draw_row(x, LEN_MOST, 2 + draw(4))},
				b = {y, draw_row(y, LEN_MOST, 2 + draw(4))};
		struct alignment al = {0};
		size_t pairs, pairs_most;

		align(&al, a, b);
		pairs = check(&al, a, b);
		alignment_free(&al);
		pairs_most = common_most(a, b);
		trim(&a, &b);
		if (!has_unique(a) && !has_unique(b)) {
			assert_int_equal(pairs, pairs_most);
			exact++;
		}
	}
	assert_true(exact > 1000);
}

/* Far more edits than are looked for: nothing is lost, and it ends soon. */
static void long_rows_stay_whole(void **state)
{
	enum { LEN = 5000 };
	static uint32_t x[LEN], y[LEN];
	struct alignment al = {0};

	(void)state;
	for (size_t i = 0; i < LEN; i++) {
		x[i] = (uint32_t)draw(7);
		y[i] = (uint32_t)draw(7) + 3;
	}
	align(&al, (struct row_acts){x, LEN}, (struct row_acts){y, LEN});
	check(&al, (struct row_acts){x, LEN}, (struct row_acts){y, LEN});
	alignment_free(&al);
}

static int64_t least_by_trying(const int64_t *cost, size_t count, size_t row, unsigned taken)
{
	int64_t least = INT64_MAX;

	if (row == count)
		return 0;
	for (size_t j = 0; j < count; j++) {
		int64_t sum;

		if (taken >> j & 1)
			continue;
		sum = cost[row * count + j] + least_by_trying(cost, count, row + 1, taken | 1u << j);
		least = sum < least ? sum : least;
	}
	return least;
}

static void assignment_costs_the_least(void **state)
{
	int64_t cost[COUNT_MOST * COUNT_MOST];
	size_t to[COUNT_MOST];

	(void)state;
	for (int turn = 0; turn < 3000; turn++) {
		size_t count = draw(COUNT_MOST + 1);
		unsigned taken = 0;
		int64_t sum = 0;

		for (size_t i = 0; i < count * count; i++)
			cost[i] = (int64_t)draw(1 + draw(20));
		assign_least(cost, count, to);
		for (size_t i = 0; i < count; i++) {
			taken |= 1u << to[i];
			sum += cost[i * count + to[i]];
		}
		assert_int_equal(taken, (1u << count) - 1);
		assert_int_equal(sum, least_by_trying(cost, count, 0, 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_aligned_as_well_as_can_be),
		cmocka_unit_test(long_rows_stay_whole),
		cmocka_unit_test(assignment_costs_the_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
