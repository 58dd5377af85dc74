/* echo_server_fork: give every client its lines back, a child process for each. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void echo(int connfd)
{
	struct rio rio;
	char line[4096];
	ssize_t n;

	rio_readinitb(&rio, connfd);
	while ((n = rio_readlineb(&rio, line, sizeof line)) > 0)
		if (rio_writen(connfd, line, n) < 0)
			break;
}

/* In the child: the connection is its only business. */
static void serve(int listenfd, int connfd)
{
	close(listenfd);
	echo(connfd);
	close(connfd);
	exit(0);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: echo_server_fork CLIENTS PORT\n", stderr);
		return 2;
	}

	int clients = atoi(argv[1]);
	int listenfd = open_listenfd(NULL, argv[2]);
	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	for (int i = 0; i < clients; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0)
			die("accept");
		pid_t pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0)
			serve(listenfd, connfd);
		close(connfd);
	}
	close(listenfd);
	for (int i = 0; i < clients; i++)
		wait(NULL);
	return 0;
}
