/* st025_bad_write: a server that waits in select, and then in write for a client that does not read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { MUCH = 16 << 20, CLIENTS = 2 };

/* The first asks and is busy elsewhere before it reads, the second asks meanwhile. */
static void ask(int listenfd)
{
	int clients[CLIENTS];
	char port[6], *bytes = malloc(MUCH);

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = open_clientfd("127.0.0.1", port);
	for (int i = 0; i < CLIENTS; i++) {
		rio_writen(clients[i], "?", 1);
		usleep(200000);
	}
	usleep(1300000);
	for (int i = 0; i < CLIENTS; i++) {
		while (read(clients[i], bytes, MUCH) > 0)
			;
		close(clients[i]);
	}
	exit(0);
}

/* All that is asked for is long. */
static void answer(int connfd)
{
	static char bytes[MUCH];

	if (read(connfd, bytes, 1) == 1 && write(connfd, bytes, sizeof bytes) < 0) /* the mistake */
		perror("write");
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), last = listenfd, served = 0;
	fd_set all, ready;

	if (fork() == 0)
		ask(listenfd);
	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	while (served < CLIENTS) {
		ready = all;
		select(last + 1, &ready, NULL, NULL, NULL);
		for (int fd = 0; fd <= last; fd++) {
			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listenfd) {
				int connfd = accept(listenfd, NULL, NULL);

				FD_SET(connfd, &all);
				last = connfd > last ? connfd : last;
				continue;
			}
			answer(fd);
			FD_CLR(fd, &all);
			close(fd);
			served++;
		}
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
