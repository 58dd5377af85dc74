/* echo_server: give every client its lines back, one client after the other. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void usage(void)
{
	fputs("usage: echo_server [--once CLIENTS] [--host ADDRESS] PORT\n", stderr);
	exit(2);
}

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

int main(int argc, char **argv)
{
	static const struct option options[] = {{"once", 1, NULL, 'o'}, {"host", 1, NULL, 'h'}, {0}};
	const char *host = NULL;
	long clients = -1; /* for ever */
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'o')
			clients = atol(optarg);
		else if (option == 'h')
			host = optarg;
		else
			usage();
	}
	if (optind + 1 != argc)
		usage();

	int listenfd = open_listenfd(host, argv[optind]);
	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	for (; clients != 0; clients -= clients > 0) {
		struct sockaddr_storage addr;
		socklen_t addrlen = sizeof addr;
		int connfd = accept(listenfd, (struct sockaddr *)&addr, &addrlen);

		if (connfd < 0)
			die("accept");
		echo(connfd);
		close(connfd);
	}
	close(listenfd);
	return 0;
}
