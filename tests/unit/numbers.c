/* numbers: syscall() is decoded for every call that is a system call, by its number. */
#include "preload/real.c"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include <setjmp.h>

#include <cmocka.h>

struct shim shim;

bool shim_start(void)
{
	return true;
}

void symbols_find(struct symbols *s)
{
	(void)s;
}

void *vdso_function(const char *name)
{
	(void)name;
	return NULL;
}

/* What a name without a number becomes begins with no digit. */
#define TEXT(word)      #word
#define NUMBER(nr)      TEXT(nr)
#define CALL(name, ...) {CALL_##name, #name, NUMBER(SYS_##name)},
static const struct {
	enum call_id call;
	const char *name, *number;
} rows[] = {
#include "trace/calls.def"
};

/* By wrap_syscall itself: more is to be done, or less; vfork by its number is nobody's, as its frame would be gone. */
static bool is_done_apart(enum call_id call)
{
	static const enum call_id apart[] = {CALL_fork, CALL_vfork, CALL_clone, CALL_execve, CALL_execveat, CALL_prctl};

	for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++)
		if (apart[i] == call)
			return true;
	return false;
}

static void every_system_call_has_its_row(void **state)
{
	int count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].number[0] < '0' || rows[i].number[0] > '9' || is_done_apart(rows[i].call))
			continue;
		if (real_row_of(atol(rows[i].number)) != rows[i].call)
			fail_msg("syscall(SYS_%s) is not taken for %s", rows[i].name, rows[i].name);
		count++;
	}
	assert_true(count > 50);
	assert_int_equal(real_row_of(SYS_pselect6), CALL_pselect);
	assert_int_equal(real_row_of(SYS_exit_group), CALL_UNKNOWN);
	assert_int_equal(real_row_of(SYS_getpid), CALL_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_system_call_has_its_row)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
