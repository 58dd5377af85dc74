/* epolling: a correct echo server, one thread and epoll, edge-triggered: what cannot be written waits in a buffer. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

enum { EVENTS = 16, ROOM = 4096 };

struct client {
	int fd;
	size_t waiting; /* bytes that are not written yet */
	char bytes[ROOM];
};

static int epollfd;

static void add_clients(int listenfd)
{
	int connfd;

	while ((connfd = accept4(listenfd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct client *c = calloc(1, sizeof *c);
		struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};

		if (!c)
			die("calloc");
		c->fd = connfd;
		if (epoll_ctl(epollfd, EPOLL_CTL_ADD, connfd, &event) < 0)
			die("epoll_ctl");
	}
}

/* As much as there is room for. False: the client is gone. */
static int flush(struct client *c)
{
	while (c->waiting > 0) {
		ssize_t n = write(c->fd, c->bytes, c->waiting);

		if (n < 0)
			return errno == EAGAIN;
		c->waiting -= n;
		memmove(c->bytes, c->bytes + n, c->waiting);
	}
	return 1;
}

static int serve(struct client *c)
{
	while (flush(c)) {
		ssize_t n;

		if (c->waiting > 0)
			return 1;
		n = read(c->fd, c->bytes, sizeof c->bytes);
		if (n <= 0)
			return n < 0 && errno == EAGAIN;
		c->waiting = n;
	}
	return 0;
}

int main(void)
{
	int listenfd = start_server();
	struct epoll_event events[EVENTS];

	epollfd = epoll_create1(EPOLL_CLOEXEC);
	fcntl(listenfd, F_SETFL, O_NONBLOCK);
	epoll_ctl(epollfd, EPOLL_CTL_ADD, listenfd, &(struct epoll_event){.events = EPOLLIN});
	while (1) {
		int ready = epoll_wait(epollfd, events, EVENTS, -1);

		for (int i = 0; i < ready; i++) {
			struct client *c = events[i].data.ptr;

			if (!c) {
				add_clients(listenfd);
			} else if (!serve(c)) {
				close(c->fd);
				free(c);
			}
		}
	}
}
