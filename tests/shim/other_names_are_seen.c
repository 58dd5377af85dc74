/* other_names_are_seen: glibc's own names of calls, which programs and libraries use too. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

ssize_t __read(int fd, void *buf, size_t count);
ssize_t __write(int fd, const void *buf, size_t count);
ssize_t __send(int fd, const void *buf, size_t len, int flags);
int __connect(int fd, const struct sockaddr *addr, socklen_t len);
int __fcntl(int fd, int cmd, ...);
int __dup2(int oldfd, int newfd);
int __close(int fd);
int __poll(struct pollfd *fds, nfds_t nfds, int timeout);
int __ppoll_chk(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *mask, size_t room);
int __select(int nfds, fd_set *in, fd_set *out, fd_set *except, struct timeval *timeout);
pid_t __fork(void);
pid_t __vfork(void);
pid_t __wait(int *status);
pid_t __waitpid(pid_t pid, int *status, int options);

static void children(const int *sv)
{
	fflush(stdout);
	pid_t pid = __fork();
	if (!pid) {
		expect("inherit fd=%d sock=$a via=fork", sv[0]);
		expect("inherit fd=%d sock=$b via=fork", sv[1]);
		expect("exit how=_exit status=3 open.1.sock=$b open.2=-");
		fflush(stdout);
		_Exit(3);
	}
	expect("fork ret=%d", pid);
	must(__wait(NULL) == pid);
	expect("wait ret=%d", pid);
	pid = __vfork();
	if (!pid)
		_exit(0);
	expect("vfork ret=%d", pid);
	must(__waitpid(pid, NULL, 0) == pid);
	expect("waitpid ret=%d", pid);
}

int main(void)
{
	struct timeval now = {0};
	struct timespec at_once = {0};
	char room[4];
	int sv[2];
	fd_set in;

	expect_pair(sv);
	must(__write(sv[0], "abc", 3) == 3);
	expect("write fd=%d sock=$a ret=3 data=abc", sv[0]);
	must(__send(sv[0], "d", 1, 0) == 1);
	expect("send fd=%d sock=$a ret=1 data=d", sv[0]);
	must(__connect(sv[0], &(struct sockaddr){.sa_family = AF_UNIX}, 3) == -1 && errno == ECONNREFUSED);
	expect("connect fd=%d ret=-1 err=ECONNREFUSED", sv[0]);
	struct pollfd fds = {.fd = sv[1], .events = POLLIN};
	must(__poll(&fds, 1, 0) == 1);
	expect("poll ret=1 ready.0.sock=$b");
	must(__ppoll_chk(&fds, 1, &at_once, NULL, sizeof fds) == 1);
	expect("ppoll via=__ppoll_chk ret=1 ready.0.sock=$b");
	FD_ZERO(&in);
	FD_SET(sv[1], &in);
	must(__select(sv[1] + 1, &in, NULL, NULL, &now) == 1);
	expect("select ret=1 ready.0.sock=$b");
	must(__read(sv[1], room, 4) == 4);
	expect("read fd=%d sock=$b ret=4 data=abcd", sv[1]);
	children(sv);
	must(__dup2(sv[0], 20) == 20);
	expect("dup2 fd=%d sock=$a ret=20 newsock=$a", sv[0]);
	must(__fcntl(20, F_DUPFD, 30) == 30);
	expect("fcntl fd=20 sock=$a args.cmd=F_DUPFD ret=30");
	must(__close(20) == 0);
	expect("close fd=20 sock=$a refs=2");
	must(__close(30) == 0);
	expect("close fd=30 sock=$a refs=1");
	expect("exit how=exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	return 0;
}
