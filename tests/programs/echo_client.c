/* echo_client: send lines to an echo server, print what comes back. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/net.h"

/* Send a line and print the answer. 0 where the server has closed the connection. */
static int exchange(struct rio *rio, const char *line)
{
	char answer[4096];

	if (rio_writen(rio->fd, line, strlen(line)) < 0)
		die("write");
	ssize_t n = rio_readlineb(rio, answer, sizeof answer);
	if (n < 0)
		die("read");
	fputs(answer, stdout);
	return n > 0;
}

static void exchange_arguments(struct rio *rio, char **lines)
{
	char line[4096];

	for (; *lines; lines++) {
		snprintf(line, sizeof line, "%s\n", *lines);
		if (!exchange(rio, line))
			return;
	}
}

static void exchange_stdin(struct rio *rio)
{
	char line[4096];

	while (fgets(line, sizeof line, stdin))
		if (!exchange(rio, line))
			return;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: echo_client HOST PORT [LINE...]   (without lines: those of standard input)\n", stderr);
		return 2;
	}

	int clientfd = open_clientfd(argv[1], argv[2]);
	if (clientfd < 0)
		return 1;

	setlinebuf(stdout); /* an answer is seen when it comes, also through a pipe */

	struct rio rio;
	rio_readinitb(&rio, clientfd);
	if (argc > 3)
		exchange_arguments(&rio, argv + 3);
	else
		exchange_stdin(&rio);
	close(clientfd);
	return 0;
}
