/* exec_behind_a_waited_clone_is_followed: who execs right after a clone that shared its memory is not taken for that child. */
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

static char stack[64 << 10] __attribute__((aligned(16)));

static int end(void *unused)
{
	(void)unused;
	return 0;
}

static int second_image(void)
{
	expect("inherit sock=$a via=exec");
	expect("inherit sock=$b via=exec");
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b");
	return 0;
}

int main(int argc, char **argv)
{
	char *const arguments[] = {argv[0], "again", NULL}, *const nothing[] = {NULL};
	int sv[2];

	if (argc > 1)
		return second_image();
	expect_pair(sv);
	pid_t pid = clone(end, stack + sizeof stack, SIGCHLD | CLONE_VM | CLONE_VFORK, NULL);
	must(pid > 0);
	expect("clone args.flags=[CLONE_VM,CLONE_VFORK,SIGCHLD] ret=%d", pid);
	expect("pending execve args.pathname=\"%s\" args.argv=[\"%s\",\"again\"]", argv[0], argv[0]);
	execve(argv[0], arguments, nothing);
	must(!"execve");
}
