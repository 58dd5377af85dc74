/* stdio_server: answer one client through stdio: fdopen, fprintf, fclose. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void answer(int connfd)
{
	FILE *out = fdopen(connfd, "w");
	struct rio rio;
	char line[4096];

	if (!out)
		die("fdopen");
	rio_readinitb(&rio, connfd);
	while (rio_readlineb(&rio, line, sizeof line) > 0) {
		fprintf(out, "you said: %s", line);
		fflush(out);
	}
	fclose(out);
}

int main(int argc, char **argv)
{
	int listenfd, connfd;

	if (argc != 2) {
		fputs("usage: stdio_server PORT\n", stderr);
		return 2;
	}
	listenfd = open_listenfd(NULL, argv[1]);
	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	if (connfd < 0)
		die("accept");
	answer(connfd);
	close(listenfd);
	return 0;
}
