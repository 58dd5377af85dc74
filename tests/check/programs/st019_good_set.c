/* st019_good_set: a server that takes a descriptor out of the set for select where it closes it.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

/* Give back what a client says; at its end close. False: it has ended. */
static int echo(int connfd)
{
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	if (n > 0)
		return rio_writen(connfd, line, n) == n;
	close(connfd);
	return 0;
}

static void take_in(int listenfd, fd_set *all)
{
	int connfd = accept(listenfd, NULL, NULL);

	FD_SET(connfd, all);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), ended = 0;
	fd_set all, ready;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	while (ended < 2) {
		ready = all;
		if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0) {
			perror("select");
			break;
		}
		for (int fd = 0; fd < FD_SETSIZE; fd++)
			if (FD_ISSET(fd, &ready) && fd == listenfd) {
				take_in(listenfd, &all);
			} else if (FD_ISSET(fd, &ready) && !echo(fd)) {
				FD_CLR(fd, &all);
				ended++;
			}
	}
	close(listenfd);
	return 0;
}
