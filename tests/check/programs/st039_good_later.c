/* st039_good_later: a server that first waits a moment for one client more, and then for what they send: nfds left that out for once.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	struct timeval limit = {0, 20000};
	char line[100];
	fd_set set, ready;
	ssize_t n;

	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	FD_ZERO(&set);
	FD_SET(listenfd, &set);
	FD_SET(connfd, &set);
	ready = set;
	if (select(listenfd + 1, &ready, NULL, NULL, &limit) < 0)
		die("select");
	ready = set;
	if (select(connfd + 1, &ready, NULL, NULL, NULL) < 0)
		die("select");
	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	close(listenfd);
	return 0;
}
