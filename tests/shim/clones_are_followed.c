/* clones_are_followed: a child of clone has a trace from its beginning to its end, with the sockets it came with. */
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static char stack[256 << 10] __attribute__((aligned(16)));

static int quiet(void *arg)
{
	int *sv = arg;

	expect("inherit fd=%d sock=$a via=fork", sv[0]);
	expect("inherit fd=%d sock=$b via=fork", sv[1]);
	expect("exit how=_exit status=7 open.0.sock=$a open.1.sock=$b");
	return 7;
}

/* Shares the memory, while its parent waits, as vfork's does. */
static int borrowing(void *arg)
{
	int *sv = arg;

	expect("write fd=%d sock=$a ret=1", sv[0]);
	must(write(sv[0], "x", 1) == 1);
	return 0;
}

int main(void)
{
	int sv[2], status;
	char byte;

	expect_pair(sv);
	pid_t pid = clone(quiet, stack + sizeof stack, SIGCHLD | CLONE_FS, sv);
	must(pid > 0);
	expect("clone args.flags=[CLONE_FS,SIGCHLD] ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7);
	expect("waitpid ret=%d status={\"exited\":7}", pid);
	pid = clone(borrowing, stack + sizeof stack, SIGCHLD | CLONE_VM | CLONE_VFORK, sv);
	must(pid > 0);
	expect("clone args.flags=[CLONE_VM,CLONE_VFORK,SIGCHLD] ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d status={\"exited\":0}", pid);
	must(read(sv[1], &byte, 1) == 1);
	expect("read fd=%d sock=$b ret=1 data=x", sv[1]);
	must(clone(quiet, NULL, SIGCHLD, sv) == -1);
	expect("clone ret=-1 err=EINVAL");
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b");
	return 0;
}
