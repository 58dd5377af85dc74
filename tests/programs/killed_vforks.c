/*
 * killed_vforks: children that run in its memory are killed amid calls on a socket, 500 of them. Prints how many of a hundred sockets made
 * then could not be closed.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 500, SOCKETS = 100, FIRST_USEC = 200 };

static int sv[2];
static _Atomic pid_t child;

static void *kill_each(void *unused)
{
	for (int i = 0; i < CHILDREN; i++) {
		while (!child)
			usleep(20);
		usleep(FIRST_USEC + i);
		kill(atomic_exchange(&child, 0), SIGKILL);
	}
	return unused;
}

static void ask_until_killed(void)
{
	struct sockaddr_storage addr;

	for (child = getpid();;) {
		socklen_t len = sizeof addr;
		getsockname(sv[0], (struct sockaddr *)&addr, &len);
	}
}

int main(void)
{
	int made[SOCKETS], failed = 0;
	pthread_t killer;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || pthread_create(&killer, NULL, kill_each, NULL) != 0)
		return 1;
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = vfork();
		if (pid == 0)
			ask_until_killed();
		waitpid(pid, NULL, 0);
	}
	pthread_join(killer, NULL);
	for (int i = 0; i < SOCKETS; i++)
		made[i] = socket(AF_UNIX, SOCK_STREAM, 0);
	for (int i = 0; i < SOCKETS; i++)
		failed += close(made[i]) < 0;
	printf("%d failed\n", failed);
	return 0;
}
