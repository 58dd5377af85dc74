/* correct: a listener, and echoing from it. */
#include "correct.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "net/net.h"

int start_server(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	if (listenfd < 0)
		die("listen");
	signal(SIGPIPE, SIG_IGN);
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	return listenfd;
}

int echo_once(int connfd)
{
	char bytes[4096];
	ssize_t n = read(connfd, bytes, sizeof bytes);

	return n > 0 && rio_writen(connfd, bytes, n) == n;
}

void echo(int connfd)
{
	while (echo_once(connfd))
		;
}
