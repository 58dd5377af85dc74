/* record_locks_stay: a lock of fcntl is gone with the first close of its file in this process (fcntl(2)): a program that is started is looked at
 * in another one. */
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

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
	must(execl("/nonexistent", "nonexistent", NULL) == -1 && is_held());
	lock("/bin/sh", true);
	must(system(":") == 0 && is_held());
	lock(argv[0], false);
	char number[12] = {'0' + locked / 10, '0' + locked % 10};
	execl(argv[0], argv[0], number, NULL);
	must(false);
}
