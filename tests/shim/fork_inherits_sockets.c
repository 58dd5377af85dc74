/* fork_inherits_sockets: the child records in a file of its own, which begins with the sockets that it got. */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

static void child(int listenfd, int sv[2], int port)
{
	expect("inherit fd=%d sock=$listener family=AF_INET type=SOCK_STREAM state=listening local.port=%d via=fork",
	       listenfd, port);
	expect("inherit fd=%d sock=$a family=AF_UNIX type=SOCK_STREAM state=connected via=fork", sv[0]);
	expect("inherit fd=%d sock=$b state=connected via=fork", sv[1]);
	close(sv[0]);
	expect("close fd=%d sock=$a refs=0", sv[0]);
	must(write(sv[1], "x", 1) == 1);
	expect("write fd=%d sock=$b ret=1 data=x", sv[1]);
	expect("exit how=exit status=3 open.0.sock=$listener open.1.sock=$b open.2=-");
	exit(3);
}

int main(void)
{
	int port, sv[2], status;
	char byte;
	int listenfd = expect_listener("listener", &port);

	expect_pair(sv);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0)
		child(listenfd, sv, port);
	expect("fork ret=%d", pid);
	must(read(sv[0], &byte, 1) == 1);
	expect("read fd=%d sock=$a ret=1 data=x", sv[0]);
	must(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3);
	expect("waitpid args.pid=%d args.options=[] ret=%d status={\"exited\":3}", pid, pid);
	/* What the child closed stays open here. */
	close(sv[0]);
	expect("close fd=%d sock=$a refs=0 ret=0", sv[0]);
	expect("exit how=exit status=0 open.0.sock=$listener open.1.sock=$b open.2=-");
	return 0;
}
