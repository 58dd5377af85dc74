/* st039_good_no_wait: a client that has a look at a pipe alone, without waiting, and then reads.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 */
#include <stdio.h>
#include <sys/select.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct timeval at_once = {0, 0};
	int ends[2], clientfd;
	char line[100];
	fd_set set;

	if (argc != 3 || pipe(ends) < 0)
		return 1;
	clientfd = open_clientfd(argv[1], argv[2]);
	if (clientfd < 0)
		return 1;
	rio_writen(clientfd, "hello\n", 6);
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	FD_SET(clientfd, &set);
	if (select(ends[0] + 1, &set, NULL, NULL, &at_once) < 0)
		die("select");
	if (read(clientfd, line, sizeof line) < 0)
		die("read");
	close(clientfd);
	return 0;
}
