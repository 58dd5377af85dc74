/* record_locks_stay: a lock of fcntl is gone with the first close of its file in this process (fcntl(2)): a program that is started is looked at
 * apart from it, by nobody whom the process could wait for. */
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { STARTS = 100 };

extern char **environ;

static int locked;

/* To another process: a child has not inherited it. */
static bool is_held(void)
{
	int status;
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		_exit(fcntl(locked, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK);
	}
	must(waitpid(pid, &status, 0) == pid);
	return status == 0;
}

static void lock(const char *path, bool by_number)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	locked = open(path, O_RDONLY);
	must(locked >= 0);
	must((by_number ? syscall(SYS_fcntl, locked, F_SETLK, &lock) : fcntl(locked, F_SETLK, &lock)) == 0);
	must(is_held());
}

static void spawn(const char *path)
{
	char *argv[] = {(char *)path, NULL};
	int status;
	pid_t pid;

	must(posix_spawn(&pid, path, NULL, NULL, argv, environ) == 0);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	must(is_held());
}

static _Atomic bool all_started;

/* Whoever ends here, until the last that was started has. */
static void *wait_for_all(void *ctx)
{
	long *ended = ctx;

	for (;;) {
		bool none_follows = all_started;
		if (waitpid(-1, NULL, __WALL) > 0)
			++*ended;
		else if (none_follows)
			return NULL;
	}
}

static void start_many(const char *path)
{
	char *argv[] = {(char *)path, NULL};
	long ended = 0;
	pthread_t waits;
	pid_t pid;

	must(pthread_create(&waits, NULL, wait_for_all, &ended) == 0);
	for (int i = 0; i < STARTS; i++)
		must(posix_spawn(&pid, path, NULL, NULL, argv, environ) == 0);
	all_started = true;
	must(pthread_join(waits, NULL) == 0 && ended == STARTS);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		locked = atoi(argv[1]);
		must(is_held()); /* an exec keeps it */
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		expect("socket ret=%d", fd);
		expect("exit how=exit status=0");
		return 0;
	}
	lock("/bin/true", false);
	spawn("/bin/true");
	start_many("/bin/true");
	must(execl("/nonexistent", "nonexistent", NULL) == -1 && is_held());
	lock("/bin/sh", true);
	must(system(":") == 0 && is_held());
	lock(argv[0], false);
	char number[12] = {'0' + locked / 10, '0' + locked % 10};
	execl(argv[0], argv[0], number, NULL);
	must(false);
}
