/*
 * killed_looks COUNT: so many children of vfork exec what is not there, again and again, until a thread kills them. Then, while nobody execs, a child
 * is forked. Prints 1 if it lacks a file that is open as the shim opens those that it only reads (preload/sys.h), else 0.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LATEST_US = 200 };

static _Atomic pid_t child;
static atomic_bool over;

static void *kill_children(void *unused)
{
	while (!over) {
		pid_t pid = child;
		if (pid > 0) {
			usleep(rand() % LATEST_US);
			child = 0;
			kill(pid, SIGKILL);
		}
	}
	return unused;
}

static void *idle(void *unused)
{
	pause();
	return unused;
}

static bool be_killed(void)
{
	char *argv[] = {"x", NULL}, *envp[] = {NULL};
	int status;

	pid_t pid = vfork();
	if (pid == 0) {
		child = getpid();
		for (;;)
			execve("/etc/passwd", argv, envp);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

int main(int argc, char **argv)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC | O_APPEND | O_NONBLOCK | O_DSYNC), status;
	pthread_t thread;

	if (argc != 2 || fd < 0 || pthread_create(&thread, NULL, kill_children, NULL) != 0)
		return 1;
	for (int i = atoi(argv[1]); i > 0; i--)
		if (!be_killed())
			return 1;
	over = true;
	if (pthread_join(thread, NULL) != 0 || pthread_create(&thread, NULL, idle, NULL) != 0)
		return 1;
	pid_t pid = fork();
	if (pid == 0)
		_exit(fcntl(fd, F_GETFD) < 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	printf("%d\n", WEXITSTATUS(status));
	return 0;
}
