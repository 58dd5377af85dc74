/*
 * pidfd_spawns [NUMBER]: starts itself with pidfd_spawn (glibc 2.39), where file actions give the child one socket, under another number, and close
 * both of the parent's. Prints the child's process id; the child writes what the parent reads.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int pidfd_spawn(int *pidfd, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, char *const argv[],
		char *const envp[]) __attribute__((weak));

extern char **environ;

enum { CHILDS = 7 };

static int child(int fd)
{
	return write(fd, "x", 1) != 1;
}

int main(int argc, char **argv)
{
	char number[] = {'0' + CHILDS, 0}, byte;
	char *const arguments[] = {argv[0], number, NULL};
	posix_spawn_file_actions_t actions;
	siginfo_t ended;
	int sv[2], pidfd, err;

	if (argc > 1)
		return child(atoi(argv[1]));
	if (!pidfd_spawn || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		return 1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, sv[1], CHILDS);
	posix_spawn_file_actions_addclose(&actions, sv[0]);
	posix_spawn_file_actions_addclose(&actions, sv[1]);
	err = pidfd_spawn(&pidfd, "/nowhere", NULL, NULL, arguments, environ);
	printf("%d\n", err);
	if (pidfd_spawn(&pidfd, argv[0], &actions, NULL, arguments, environ) != 0)
		return 1;
	if (read(sv[0], &byte, 1) != 1 || waitid(P_PIDFD, pidfd, &ended, WEXITED) < 0)
		return 1;
	printf("%d\n", ended.si_pid);
	return ended.si_status;
}
