/* start: fork, exec, wait: what a process that has no socket pays for being traced. */
#include "bench.h"

static void *open_nothing(void)
{
	return NULL;
}

static void run_true(void *unused)
{
	(void)unused;
	run_child("/bin/true", NULL);
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_nothing, run_true, 1});
}
