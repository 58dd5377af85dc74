/* daemon_goes_on_as_a_child: the parent ends within libc, the child has the socket and says so. What was a socket on
 * standard input is none any more: daemon puts /dev/null there. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

/* Go on in a child, and end when all have that hold the pipe: the daemon is nobody's child to wait for. */
static void let_a_child_do_it(void)
{
	int ends[2];
	char byte;

	must(pipe(ends) == 0);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		must(close(ends[0]) == 0);
		return;
	}
	must(close(ends[1]) == 0);
	must(read(ends[0], &byte, 1) == 0);
	must(waitpid(pid, NULL, 0) == pid);
	_exit(0);
}

int main(void)
{
	int sv[2];

	let_a_child_do_it();
	expect_pair(sv);
	must(dup2(sv[1], STDIN_FILENO) == STDIN_FILENO);
	expect("dup2 fd=%d ret=0", sv[1]);
	int out = dup(STDOUT_FILENO);
	must(out > 2);
	expect("exit how=_exit status=0 open.0.fd=0 open.1.fd=%d open.2.fd=%d", sv[0], sv[1]);
	must(fflush(stdout) == 0);
	must(daemon(1, 0) == 0);
	must(dup2(out, STDOUT_FILENO) == STDOUT_FILENO);
	expect("inherit fd=0 sock=$b via=fork"); /* until libc puts /dev/null there */
	expect("inherit fd=%d sock=$a via=fork", sv[0]);
	expect("inherit fd=%d sock=$b via=fork", sv[1]);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d sock=$a ret=1", sv[0]);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
