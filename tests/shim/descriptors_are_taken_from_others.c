/* descriptors_are_taken_from_others: pidfd_getfd copies a socket of another process, which is the same socket here. */
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	int sv[2], theirs = 0;
	char byte;

	expect_pair(sv);
	fflush(stdout);
	pid_t pid = fork();
	must(pid >= 0);
	if (!pid) {
		expect("inherit fd=%d sock=$a via=fork", sv[0]);
		expect("inherit fd=%d sock=$b via=fork", sv[1]);
		int own = socket(AF_INET, SOCK_STREAM, 0);
		expect("socket ret=%d newsock=$theirs", own);
		expect("write fd=%d sock=$b ret=%d", sv[1], (int)sizeof own);
		expect("read fd=%d sock=$b ret=1", sv[1]);
		expect("exit how=_exit status=0");
		fflush(stdout);
		must(write(sv[1], &own, sizeof own) == sizeof own);
		must(read(sv[1], &byte, 1) == 1);
		_exit(0);
	}
	expect("fork ret=%d", pid);
	must(read(sv[0], &theirs, sizeof theirs) == sizeof theirs);
	expect("read fd=%d ret=%d", sv[0], (int)sizeof theirs);
	int pidfd = pidfd_open(pid, 0);
	must(pidfd >= 0);
	int ours = pidfd_getfd(pidfd, theirs, 0);
	must(ours >= 0);
	expect("pidfd_getfd args.pidfd=%d args.targetfd=%d ret=%d newsock=$theirs", pidfd, theirs, ours);
	must(listen(ours, 1) == 0);
	expect("listen fd=%d sock=$theirs ret=0", ours);
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d ret=1", sv[0]);
	must(waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
	must(close(ours) == 0);
	expect("close fd=%d sock=$theirs refs=0", ours);
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
