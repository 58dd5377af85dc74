/* pool: pieces of work in other processes, some of which die of theirs. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/lib/unit.h"
#include "viewer/base/mem.h"
#include "viewer/base/pool.h"
#include "viewer/base/work.h"

enum { PIECES = 200, LONG = 1000000, EACH_LONG = 50 };

/* What piece `index` does is said by a letter: tell who it is, tell much, tell nothing, be killed, fail. */
struct pieces {
	char does[PIECES];
	pid_t by[PIECES];
	int status[PIECES];
	unsigned times[PIECES];
	size_t len[PIECES];
};

static void do_piece(void *context, size_t index, struct buf *told)
{
	const struct pieces *p = context;
	pid_t self = getpid();

	if (work_processors() != 1)
		_exit(4);
	switch (p->does[index]) {
	case 'k':
		raise(SIGKILL);
		break;
	case 'f':
		buf_puts(told, "half of");
		_exit(3);
	case 'n':
		return;
	case 'l':
		buf_put(told, (const char *)&self, sizeof self);
		buf_fill(told, 'x', LONG);
		return;
	}
	buf_put(told, (const char *)&self, sizeof self);
}

static void take(void *context, size_t index, const struct buf *told, int status)
{
	struct pieces *p = context;

	p->times[index]++;
	p->status[index] = status;
	if (!told)
		return;
	p->len[index] = told->len;
	if (told->len >= sizeof p->by[index])
		memcpy(&p->by[index], told->bytes, sizeof p->by[index]);
	for (size_t i = sizeof p->by[index]; i < told->len; i++)
		assert_int_equal(told->bytes[i], 'x');
}

static struct pieces *done(const char *does, size_t count)
{
	struct pieces *p = mem_zeroed(sizeof *p);

	memset(p->does, '.', sizeof p->does);
	memcpy(p->does, does, strlen(does));
	pool_do(&(struct pool_work){.piece = do_piece, .done = take, .context = p}, count);
	for (size_t i = 0; i < PIECES; i++)
		assert_int_equal(p->times[i], i < count);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left behind */
	return p;
}

static size_t workers_of(const struct pieces *p, size_t count)
{
	size_t workers = 0;

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < i && p->by[k] != p->by[i])
			k++;
		workers += k == i && p->by[i];
	}
	return workers;
}

static void each_does_many(void **state)
{
	struct pieces *p = done("", PIECES);

	(void)state;
	assert_in_range(workers_of(p, PIECES), 1, work_width(PIECES));
	for (size_t i = 0; i < PIECES; i++) {
		assert_int_not_equal(p->by[i], getpid());
		assert_int_equal(p->status[i], 0);
	}
	free(p);
	free(done("", 0));
	free(done("", 1));
}

static void a_death_ends_one_piece(void **state)
{
	struct pieces *p = done("k.f..kk.f", PIECES);

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		assert_int_equal(WIFSIGNALED(p->status[i]) ? WTERMSIG(p->status[i]) : 0,
				 p->does[i] == 'k' ? SIGKILL : 0);
		assert_int_equal(WEXITSTATUS(p->status[i]), p->does[i] == 'f' ? 3 : 0);
		assert_int_equal(p->by[i] == 0, p->does[i] != '.');
	}
	free(p);
}

static void what_is_told_has_any_length(void **state)
{
	struct pieces *p = done("nlnl.nll", EACH_LONG);

	(void)state;
	for (size_t i = 0; i < EACH_LONG; i++)
		assert_int_equal(p->len[i], p->does[i] == 'n'   ? 0
					    : p->does[i] == 'l' ? sizeof(pid_t) + LONG
								: sizeof(pid_t));
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_does_many),
		cmocka_unit_test(a_death_ends_one_piece),
		cmocka_unit_test(what_is_told_has_any_length),
	};

	return UNIT_MAIN(tests);
}
