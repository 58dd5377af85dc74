/* st014_bad_epoll: an event loop that forgets who is gone, and does not close.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { CLIENTS = 4 };

static int epollfd, gone;

static void watch(int fd)
{
	epoll_ctl(epollfd, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
}

static void serve(int connfd)
{
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	if (n > 0) {
		rio_writen(connfd, line, n);
	} else {
		epoll_ctl(epollfd, EPOLL_CTL_DEL, connfd, NULL);
		gone++;
	}
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	struct epoll_event event;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	epollfd = epoll_create1(0);
	watch(listenfd);
	while (gone < CLIENTS) {
		epoll_wait(epollfd, &event, 1, -1);
		if (event.data.fd == listenfd)
			watch(accept(listenfd, NULL, NULL)); /* the mistake */
		else
			serve(event.data.fd);
	}
	close(listenfd);
	return 0;
}
