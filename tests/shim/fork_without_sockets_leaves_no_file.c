/*
 * fork_without_sockets_leaves_no_file: what never has a socket is not in the trace, whatever it does to numbers that were its parent's sockets.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

enum { HIGHEST = 64 };

static void wait_for(pid_t pid)
{
	int status;

	must(pid >= 0);
	must(waitpid(pid, &status, 0) == pid && status == 0);
}

static void has_no_socket(void)
{
	pid_t pid = fork();

	if (pid == 0)
		exit(0);
	wait_for(pid);
}

static void close_all(void)
{
	for (int fd = 3; fd < HIGHEST; fd++)
		close(fd);
}

static void has_one_at_last(void)
{
	close_all();
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	expect("socket ret=%d newsock=$own", fd);
	must(close(fd) == 0);
	expect("close fd=%d sock=$own refs=0", fd);
	expect("exit how=_exit status=0");
	_exit(0);
}

/* As who becomes a daemon. */
static void forks_twice(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		close_all();
		pid = fork();
		if (pid == 0)
			has_one_at_last();
		wait_for(pid);
		_exit(0);
	}
	expect("fork ret=%d", pid);
	wait_for(pid);
	expect("waitpid ret=%d", pid);
}

int main(void)
{
	int sv[2];

	has_no_socket();
	expect_pair(sv);
	for (int i = 0; i < 2; i++) {
		must(close(sv[i]) == 0);
		expect("close fd=%d refs=0", sv[i]);
	}
	forks_twice();
	expect("exit how=exit status=0 open=[]");
	return 0;
}
