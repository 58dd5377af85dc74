/* epoll.h: epoll sets whose lines are expected. */
#ifndef EXPECT_EPOLL_H
#define EXPECT_EPOLL_H

#include <sys/epoll.h>

#include "expect/expect.h"

static int new_set(void)
{
	int epfd = epoll_create1(0);

	must(epfd >= 0);
	expect("epoll_create1 ret=%d", epfd);
	return epfd;
}

#define CONTROL(epfd, op, fd, data) control(epfd, op, #op, fd, data)
static inline void control(int epfd, int op, const char *name, int fd, void *data)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = data};

	must(epoll_ctl(epfd, op, fd, &event) == 0);
	expect("epoll_ctl fd=%d args.epfd=%d args.op=%s ret=0", fd, epfd, name);
}

/* Wait for one event, of this socket. */
static inline void wait_for(int epfd, const void *data, int fd, const char *sock)
{
	struct epoll_event got;

	must(epoll_wait(epfd, &got, 1, -1) == 1 && got.data.ptr == data);
	expect("epoll_wait args.epfd=%d ret=1 ready.0.fd=%d ready.0.sock=$%s ready.1=-", epfd, fd, sock);
}

#endif
