/*
 * clones_with_our_descriptors_leave_what_is_kept: a process that has given up rights makes children that have its very table of descriptors. Both
 * record more than a slot holds, and nobody sees a descriptor that is not the program's.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { NOBODY = 65534, ROUNDS = 800 };

static char stack[256 << 10] __attribute__((aligned(16)));

static void ping(const int *sv)
{
	expect_pings(sv, ROUNDS);
	for (int fd = sv[1] + 1; fd < 8192; fd++)
		must(close(fd) == -1 && errno == EBADF);
}

static int child(void *arg)
{
	int *sv = arg;

	expect("inherit fd=%d via=fork", sv[0]);
	expect("inherit fd=%d via=fork", sv[1]);
	ping(sv);
	expect("exit how=_exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	fflush(stdout);
	_exit(0);
}

static void wait_and_ping(pid_t pid, const int *sv)
{
	int status;

	must(pid > 0);
	expect("clone args.flags=[CLONE_FILES,SIGCHLD] ret=%d", pid);
	must(waitpid(pid, &status, 0) == pid && status == 0);
	expect("waitpid ret=%d", pid);
	ping(sv);
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	if (geteuid() == 0) {
		must(chroot(".") == 0);
		expect("chroot ret=0");
		must(setuid(NOBODY) == 0);
		expect("setuid args.uid=%d ret=0", NOBODY);
	}
	fflush(stdout);
	wait_and_ping(clone(child, stack + sizeof stack, CLONE_FILES | SIGCHLD, sv), sv);
	fflush(stdout);
	pid_t pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		child(sv);
	wait_and_ping(pid, sv);
	expect("exit how=exit status=0");
	return 0;
}
