/* polling: a correct echo server, one thread and poll. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

enum { CLIENTS = 64 };

static struct pollfd watched[1 + CLIENTS];
static nfds_t count;

static void add_client(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);

	if (connfd < 0)
		return;
	watched[count++] = (struct pollfd){.fd = connfd, .events = POLLIN};
}

int main(void)
{
	int listenfd = start_server();

	watched[count++] = (struct pollfd){.fd = listenfd};
	while (1) {
		watched[0].events = count < 1 + CLIENTS ? POLLIN : 0; /* who finds no place waits in the backlog */
		if (poll(watched, count, -1) < 0) {
			if (errno == EINTR)
				continue;
			die("poll");
		}
		for (nfds_t i = count; i-- > 1;) {
			if (!watched[i].revents || echo_once(watched[i].fd))
				continue;
			close(watched[i].fd);
			watched[i] = watched[--count];
		}
		if (watched[0].revents)
			add_client(listenfd);
	}
}
