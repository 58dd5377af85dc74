/* selecting: a correct echo server, one thread and select. */
#include <errno.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

static fd_set all;
static int last;

static void add_client(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);

	if (connfd < 0)
		return;
	if (connfd >= FD_SETSIZE) {
		close(connfd);
		return;
	}
	FD_SET(connfd, &all);
	if (connfd > last)
		last = connfd;
}

int main(void)
{
	int listenfd = start_server();

	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	last = listenfd;
	while (1) {
		fd_set ready = all;
		int highest = last;

		if (select(last + 1, &ready, NULL, NULL, NULL) < 0) {
			if (errno == EINTR)
				continue;
			die("select");
		}
		for (int fd = 0; fd <= highest; fd++) {
			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listenfd) {
				add_client(listenfd);
			} else if (!echo_once(fd)) {
				FD_CLR(fd, &all);
				close(fd);
			}
		}
	}
}
