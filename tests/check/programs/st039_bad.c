/* st039_bad: a client that waits for the answer with nfds its descriptor, instead of one more: it hangs.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 * hangs: yes
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
	int clientfd = argc == 3 ? open_clientfd(argv[1], argv[2]) : -1;

	if (clientfd < 0)
		return 1;
	rio_writen(clientfd, "hello\n", 6);
	FD_ZERO(&set);
	FD_SET(clientfd, &set);
	if (select(clientfd, &set, NULL, NULL, NULL) < 0) /* the mistake */
		die("select");
	if (read(clientfd, line, sizeof line) < 0)
		die("read");
	close(clientfd);
	return 0;
}
