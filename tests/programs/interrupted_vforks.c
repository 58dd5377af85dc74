/*
 * interrupted_vforks WAY: makes children that run in its memory and close a socket of theirs, while a handler that uses sockets comes every
 * 100 us, until it has come often enough. Uses that socket after each one, and prints how often. WAY is vfork or posix_spawn; or exec: children
 * that search a long PATH with an environment of their own, in which a handler starts a program meanwhile, later in each.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 200, HANDLED = 150, EVERY_US = 100, NOWHERE = 2000, LATER_US = 50 };

extern char **environ;

static int for_handler[2], used[2];
static volatile sig_atomic_t handled;

static void handler(int signal)
{
	int err = errno;
	char byte = 'h';

	(void)signal;
	handled++;
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

static pid_t spawned_at_all(void)
{
	char *argv[] = {"true", NULL};
	pid_t pid = -1;

	return posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0 ? pid : -1;
}

static void starts_a_program(int signal)
{
	int err = errno;

	(void)signal;
	waitpid(spawned_at_all(), NULL, 0);
	errno = err;
}

static void set_long_path(void)
{
	char *path = malloc(NOWHERE * 32), *end = path;

	for (int i = 0; i < NOWHERE; i++)
		end += sprintf(end, "/nowhere/%d:", i);
	strcpy(end, "/bin");
	setenv("PATH", path, 1);
	free(path);
}

/* Returns how many have execed: none may find its environment gone. A timer goes on behind an exec, and may kill what that started. */
static int execed(void)
{
	char *argv[] = {"true", NULL}, *own[] = {"A=1", NULL};
	int count = 0, status;

	signal(SIGALRM, starts_a_program);
	set_long_path();
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = vfork();
		if (pid == 0) {
			struct itimerval once = {{0, 0}, {0, 1 + i * LATER_US}};
			setitimer(ITIMER_REAL, &once, NULL);
			execvpe("true", argv, own);
			_exit(errno);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			break;
		count += WIFSIGNALED(status) || WEXITSTATUS(status) == 0;
	}
	return count;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	int count = 0, status;
	char byte;

	if (argc != 2)
		return 1;
	if (strcmp(argv[1], "exec") == 0) {
		close(socket(AF_INET, SOCK_DGRAM, 0));
		printf("%d of %d\n", execed(), CHILDREN);
		return 0;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, for_handler) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, used) < 0)
		return 1;
	sigaction(SIGALRM, &action, NULL);
	every(EVERY_US);
	for (int i = 0; i < CHILDREN || handled < HANDLED; i++) {
		pid_t pid = strcmp(argv[1], "vfork") == 0 ? vforked() : spawned();
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || !WEXITSTATUS(status))
			return 2;
		if (write(used[0], "m", 1) == 1 && read(used[1], &byte, 1) == 1)
			count++;
	}
	every(0);
	printf("%d %d\n", used[0], count);
	return 0;
}
