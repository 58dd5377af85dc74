/* quantiles: percentiles, exact where there are few numbers, near enough where there are many. */
#include <stdlib.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/quantiles.h"

static void nothing_has_no_percentiles(void **state)
{
	struct quantiles q = {0};

	(void)state;
	assert_int_equal(quantiles_at(&q, 500), 0);
	quantiles_free(&q);
}

static void one_number_is_every_percentile(void **state)
{
	struct quantiles q = {0};

	(void)state;
	quantiles_add(&q, 77);
	for (unsigned permille = 0; permille <= 1000; permille += 50)
		assert_int_equal(quantiles_at(&q, permille), 77);
	quantiles_free(&q);
}

static void few_numbers_are_exact(void **state)
{
	struct quantiles q = {0};

	(void)state;
	for (uint64_t i = 100; i > 0; i--)
		quantiles_add(&q, i * i);
	assert_int_equal(quantiles_at(&q, 500), 50 * 50);
	assert_int_equal(quantiles_at(&q, 950), 95 * 95);
	assert_int_equal(quantiles_at(&q, 990), 99 * 99);
	assert_int_equal(quantiles_at(&q, 1000), 100 * 100);
	quantiles_add(&q, 0);
	assert_int_equal(quantiles_at(&q, 0), 0);
	assert_int_equal(q.least, 0);
	quantiles_free(&q);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Numbers of every magnitude, in no order; a fixed generator, so that a failure comes again. */
static void many_numbers_are_off_by_one_in_256_at_most(void **state)
{
	enum { COUNT = 200000 };
	uint64_t *sorted = malloc(COUNT * sizeof *sorted), random = 88172645463325252, total = 0;
	struct quantiles q = {0};

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		sorted[i] = random >> (14 + random % 50);
		total += sorted[i];
		quantiles_add(&q, sorted[i]);
	}
	qsort(sorted, COUNT, sizeof *sorted, by_size);
	for (unsigned permille = 1; permille <= 1000; permille++) {
		uint64_t wanted = sorted[(COUNT * permille + 999) / 1000 - 1], got = quantiles_at(&q, permille);

		assert_true((got > wanted ? got - wanted : wanted - got) <= wanted / 256);
	}
	assert_int_equal(q.count, COUNT);
	assert_int_equal(q.total, total);
	assert_int_equal(q.least, sorted[0]);
	assert_int_equal(q.most, sorted[COUNT - 1]);
	quantiles_free(&q);
	free(sorted);
}

static void the_greatest_number_has_a_bucket(void **state)
{
	struct quantiles q = {0};

	(void)state;
	for (unsigned i = 0; i <= QUANTILES_EXACT; i++)
		quantiles_add(&q, UINT64_MAX);
	assert_true(quantiles_at(&q, 500) == UINT64_MAX);
	quantiles_free(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_has_no_percentiles),
		cmocka_unit_test(one_number_is_every_percentile),
		cmocka_unit_test(few_numbers_are_exact),
		cmocka_unit_test(many_numbers_are_off_by_one_in_256_at_most),
		cmocka_unit_test(the_greatest_number_has_a_bucket),
	};

	return UNIT_MAIN(tests);
}
