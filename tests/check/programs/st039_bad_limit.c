/* st039_bad_limit: the same client with a time limit, to the end of which it waits though the answer is there.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 * grade: proved
 */
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	char line[100];
	fd_set set;
	struct timespec limit = {0, 20000000};
	int clientfd = argc == 3 ? open_clientfd(argv[1], argv[2]) : -1;

	if (clientfd < 0)
		return 1;
	rio_writen(clientfd, "hello\n", 6);
	FD_ZERO(&set);
	FD_SET(clientfd, &set);
	if (pselect(clientfd, &set, NULL, NULL, &limit, NULL) < 0) /* the mistake */
		die("pselect");
	if (read(clientfd, line, sizeof line) < 0)
		die("read");
	close(clientfd);
	return 0;
}
