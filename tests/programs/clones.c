/* clones: a child of clone sends in this very memory, with the variables of the thread that made it, while that one sends too. */
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { CALLS = 3000 };

static char stack[256 << 10] __attribute__((aligned(16)));
static atomic_int sent_by_child;

static int send_all(void *socket)
{
	for (sent_by_child = 0; sent_by_child < CALLS; sent_by_child++)
		if (send(*(int *)socket, "child", 5, 0) != 5)
			return 1;
	return 0;
}

int main(void)
{
	int parents[2], childs[2], status, sent = 0;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, parents) < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, childs) < 0)
		die("socketpair");
	pid_t pid = clone(send_all, stack + sizeof stack, CLONE_VM | CLONE_FILES | SIGCHLD, &childs[0]);
	if (pid < 0)
		die("clone");
	while (sent_by_child < CALLS) {
		char bytes[8];

		if (send(parents[0], "parent", 6, 0) != 6 || recv(parents[1], bytes, sizeof bytes, 0) != 6)
			die("parent");
		sent++;
		if (recv(childs[1], bytes, sizeof bytes, MSG_DONTWAIT) < 0)
			sched_yield();
	}
	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("waitpid");
	printf("%d %d\n", sent, CALLS);
	return 0;
}
