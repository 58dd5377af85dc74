/* start: fork, exec of /bin/true, wait: what a process that has no socket pays for being traced. */
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static void *open_nothing(void)
{
	return NULL;
}

static void run_true(void *unused)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(127);
	}
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
	(void)unused;
}

int main(int argc, char **argv)
{
	return bench(argc, argv, &(struct bench){open_nothing, run_true, 1});
}
