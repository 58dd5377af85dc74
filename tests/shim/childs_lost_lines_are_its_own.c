/* childs_lost_lines_are_its_own: what a fork's child loses is counted in a line of its own, though its parent has just told of the same. */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { STACK = 64 << 10, PARENTS = 7, CHILDS = 5 };

static int fd;

static void use(int times)
{
	char byte;

	for (int i = 0; i < times; i++) {
		must(recv(fd, &byte, 1, MSG_DONTWAIT) == -1);
		expect("recv fd=%d ret=-1", fd);
	}
}

static int lose(void *times)
{
	char byte;

	usleep(100000); /* its parent waits for it by then */
	for (long i = (long)times; i > 0; i--)
		recv(fd, &byte, 1, MSG_DONTWAIT);
	return 0;
}

/* By a child in this memory, which is not recorded. */
static void lose_some(long times)
{
	char *stack = malloc(STACK);
	int pid = clone(lose, stack + STACK, CLONE_VM | SIGCHLD, (void *)times);

	must(stack && pid > 0);
	expect("clone ret=%d", pid);
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
	expect("lost count=%ld", times);
}

int main(void)
{
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	must(fd >= 0);
	expect("socket ret=%d", fd);
	lose_some(PARENTS);
	use(3);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		expect("inherit fd=%d via=fork", fd);
		use(30);
		lose_some(CHILDS);
		use(3);
		expect("exit how=_exit status=0");
		_exit(0);
	}
	expect("fork ret=%d", pid);
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
	expect("exit how=exit status=0");
	return 0;
}
