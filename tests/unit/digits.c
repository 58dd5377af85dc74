/* digits: the shim writes numbers eight digits at a time; each must be what printf writes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "preload/text.c"
#include "tests/unit/lib/unit.h"

static struct text_high near;

static void check(uint64_t v)
{
	char ours[20 + TEXT_SLACK], printed[24];

	snprintf(printed, sizeof printed, "%" PRIu64, v);
	*text_u64(ours, v) = 0;
	assert_string_equal(ours, printed);
	*text_u64_near(ours, v, &near) = 0;
	assert_string_equal(ours, printed);
}

static void every_number_of_few_digits(void **state)
{
	(void)state;
	for (uint64_t v = 0; v < 200000; v++)
		check(v);
}

static void around_each_power(void **state)
{
	uint64_t power = 1;

	(void)state;
	for (int i = 0; i < 20; i++, power *= 10)
		for (int k = -11; k <= 11; k++)
			check(power + k);
	for (int i = 0; i < 64; i++)
		for (int k = -1; k <= 1; k++)
			check((1ull << i) + k);
}

/* Steps that share no factor with ten, so that each digit is met in each place. */
static void all_lengths(void **state)
{
	(void)state;
	for (uint64_t v = 1, step = 1; v < UINT64_MAX / 2; v += step, step += step / 1021 + 1)
		check(v);
}

static void negative_numbers(void **state)
{
	static const int64_t values[] = {-1, -9, -10, -99999999, -100000000, INT64_MIN, INT64_MAX};
	char ours[21 + TEXT_SLACK], printed[24];

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		*text_i64(ours, values[i]) = 0;
		snprintf(printed, sizeof printed, "%" PRId64, values[i]);
		assert_string_equal(ours, printed);
	}
}

static void hexadecimal(void **state)
{
	unsigned char bytes[16];
	char ours[32 + 1], printed[33];

	(void)state;
	for (int first = 0; first < 256; first++) {
		for (int i = 0; i < 16; i++) {
			bytes[i] = first + 17 * i;
			snprintf(printed + 2 * i, 3, "%02x", bytes[i]);
		}
		*text_hex16(ours, bytes) = 0;
		assert_string_equal(ours, printed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_few_digits),
		cmocka_unit_test(around_each_power),
		cmocka_unit_test(all_lengths),
		cmocka_unit_test(negative_numbers),
		cmocka_unit_test(hexadecimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
