/* ready_descriptors_are_named: poll, select and epoll say what they waited for and what was ready. */
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

static int sv[2], ends[2];

static void by_poll(void)
{
	struct pollfd fds[2] = {{.fd = sv[0], .events = POLLIN}, {.fd = sv[1], .events = POLLIN | POLLOUT}};

	must(poll(fds, 2, 0) == 1);
	expect("poll args.fds=[{\"fd\":%d,\"events\":[\"POLLIN\"]},{\"fd\":%d,\"events\":[\"POLLIN\",\"POLLOUT\"]}] args.nfds=2 "
	       "args.timeout=0 ret=1 ready.0.fd=%d ready.0.sock=$b ready.0.events=[POLLOUT] ready.1=-",
	       sv[0], sv[1], sv[1]);
	must(poll(fds, 1, 1) == 0);
	expect("poll args.timeout=1 ret=0 err=-");
}

static void by_select(void)
{
	fd_set set;
	struct timeval at_once = {0, 0};

	FD_ZERO(&set);
	FD_SET(sv[0], &set);
	must(select(sv[0] + 1, NULL, &set, NULL, &at_once) == 1);
	expect("select args.nfds=%d args.readfds=null args.writefds=[%d] args.timeout.tv_sec=0 ret=1 ready.0.fd=%d ready.0.sock=$a "
	       "ready.0.events=[write]",
	       sv[0] + 1, sv[0], sv[0]);
}

static void by_epoll(void)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = sv[0]}, got;

	expect("epoll_create1 args.flags=[O_CLOEXEC] ret=%d newsock=-", epfd);
	must(epoll_ctl(epfd, EPOLL_CTL_ADD, sv[0], &event) == 0);
	expect("epoll_ctl fd=%d sock=$a args.epfd=%d args.op=EPOLL_CTL_ADD args.event=[EPOLLIN] ret=0", sv[0], epfd);
	must(send(sv[1], "x", 1, 0) == 1);
	expect("send fd=%d ret=1", sv[1]);
	must(epoll_wait(epfd, &got, 1, -1) == 1 && got.data.fd == sv[0]);
	expect("epoll_wait args.epfd=%d args.maxevents=1 args.timeout=-1 ret=1 ready.0.events=[EPOLLIN]", epfd);
}

static void many_are_cut(void)
{
	struct pollfd many[65];

	for (int i = 0; i < 65; i++)
		many[i] = (struct pollfd){.fd = sv[0], .events = POLLOUT};
	must(poll(many, 64, 0) == 64);
	expect("poll ret=64 ready.63.fd=%d ready_cut=-", sv[0]);
	must(poll(many, 65, 0) == 65);
	expect("poll ret=65 ready.63.fd=%d ready.64=- ready_cut=true", sv[0]);
}

static void without_sockets(void)
{
	struct pollfd one = {.fd = ends[1], .events = POLLOUT};

	must(poll(&one, 1, 0) == 1);
	must(poll(NULL, 0, 1) == 0);
	must(select(0, NULL, NULL, NULL, &(struct timeval){0, 1}) == 0);
}

int main(void)
{
	must(pipe(ends) == 0);
	expect_pair(sv);
	by_poll();
	by_select();
	many_are_cut();
	without_sockets();
	by_epoll();
	expect("exit how=exit status=0 open.2=-");
	return 0;
}
