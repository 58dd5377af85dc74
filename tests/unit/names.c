/* names: each constant of the table is found by its value, so that none stands twice in a group and no group in two places. */
#include "trace/names.h"

#include <stdarg.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

static void each_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < name_count; i++)
		assert_string_equal(name_of(name_table[i].group, name_table[i].value), name_table[i].name);
}

static void what_is_none_is_not(void **state)
{
	(void)state;
	assert_null(name_of(NAMES_ERRNO, 99999));
	assert_null(name_of(NAMES_ERRNO, -1));
	for (int group = 0; group < NAMES_GROUPS; group++)
		assert_null(name_of(group, 0x7ffffff0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found),
		cmocka_unit_test(what_is_none_is_not),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
