/*
 * interrupted_vforks: makes children that run in its memory and close a socket of theirs, by vfork or (with an argument) by posix_spawn, while
 * a handler that uses sockets comes every 100 us. Uses that socket after each one, and prints how often.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 200, EVERY_US = 100 };

extern char **environ;

static int for_handler[2], used[2];

static void handler(int signal)
{
	int err = errno;
	char byte = 'h';

	(void)signal;
	send(for_handler[0], &byte, 1, MSG_DONTWAIT);
	recv(for_handler[1], &byte, 1, MSG_DONTWAIT);
	errno = err;
}

static pid_t vforked(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		close(used[0]);
		dup2(STDERR_FILENO, used[1]);
		_exit(3);
	}
	return pid;
}

static pid_t spawned(void)
{
	char *argv[] = {"false", NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addclose(&actions, used[0]);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, used[1]);
	errno = posix_spawn(&pid, "/bin/false", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static void every(int us)
{
	struct itimerval timer = {{0, us}, {0, us}};

	setitimer(ITIMER_REAL, &timer, NULL);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	int count = 0, status;
	char byte;

	(void)argv;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, for_handler) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, used) < 0)
		return 1;
	sigaction(SIGALRM, &action, NULL);
	every(EVERY_US);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = argc > 1 ? spawned() : vforked();
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || !WEXITSTATUS(status))
			return 2;
		if (write(used[0], "m", 1) == 1 && read(used[1], &byte, 1) == 1)
			count++;
	}
	every(0);
	printf("%d %d\n", used[0], count);
	return 0;
}
