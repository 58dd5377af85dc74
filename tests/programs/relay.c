/* relay: pass bytes on between a client and a server, one client after the other: a proxy. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

/* Whatever has come to one end goes out of the other. 0 at the end. */
static int pass(int from, int to)
{
	char bytes[4096];
	ssize_t n = read(from, bytes, sizeof bytes);

	if (n < 0)
		die("read");
	if (n == 0)
		return 0;
	if (rio_writen(to, bytes, n) < 0)
		die("write");
	return 1;
}

static void relay(int clientfd, int serverfd)
{
	struct pollfd ends[2] = {{.fd = clientfd, .events = POLLIN}, {.fd = serverfd, .events = POLLIN}};

	for (;;) {
		if (poll(ends, 2, -1) < 0)
			die("poll");
		if (ends[0].revents && !pass(clientfd, serverfd))
			return;
		if (ends[1].revents && !pass(serverfd, clientfd))
			return;
	}
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("usage: relay CLIENTS PORT HOST SERVERPORT\n", stderr);
		return 2;
	}

	int listenfd = open_listenfd(NULL, argv[2]);
	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	for (int i = 0; i < atoi(argv[1]); i++) {
		int connfd = accept(listenfd, NULL, NULL);
		if (connfd < 0)
			die("accept");
		int serverfd = open_clientfd(argv[3], argv[4]);
		if (serverfd < 0)
			return 1;
		relay(connfd, serverfd);
		close(serverfd);
		close(connfd);
	}
	close(listenfd);
	return 0;
}
