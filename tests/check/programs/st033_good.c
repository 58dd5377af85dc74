/* st033_good: a server that gives select a copy of its set each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* The first client stays, the second comes when the first has its answer. */
static void ask(int listenfd)
{
	int clients[2];
	char port[6], line[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < 2; i++) {
		clients[i] = open_clientfd("127.0.0.1", port);
		rio_writen(clients[i], "hello\n", 6);
		if (read(clients[i], line, sizeof line) < 0)
			perror("read");
		if (i == 0)
			rio_writen(clients[i], "again\n", 6);
		if (i == 0 && read(clients[i], line, sizeof line) < 0)
			perror("read");
	}
	for (int i = 0; i < 2; i++)
		close(clients[i]);
	exit(0);
}

/* False: the client is gone. */
static int echo(int connfd)
{
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	if (n > 0)
		rio_writen(connfd, line, n);
	return n > 0;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), gone = 0;
	fd_set all, ready;

	if (fork() == 0)
		ask(listenfd);
	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	while (gone < 2) {
		ready = all;
		select(FD_SETSIZE, &ready, NULL, NULL, NULL);
		for (int fd = 0; fd < FD_SETSIZE; fd++) {
			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listenfd) {
				int connfd = accept(listenfd, NULL, NULL);

				FD_SET(connfd, &all);
			} else if (!echo(fd)) {
				FD_CLR(fd, &all);
				close(fd);
				gone++;
			}
		}
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
