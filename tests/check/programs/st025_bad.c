/* st025_bad: a server that waits for its clients with select, and then for one of them in read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* Two clients: the first connects and thinks for a while, the second asks at once. */
static void ask(int listenfd)
{
	int clients[2];
	char port[6], answer[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < 2; i++)
		clients[i] = open_clientfd("127.0.0.1", port);
	for (int i = 1; i >= 0; i--) {
		rio_writen(clients[i], "hello\n", 6);
		usleep(300000);
	}
	for (int i = 0; i < 2; i++) {
		if (read(clients[i], answer, sizeof answer) < 0)
			perror("read");
		close(clients[i]);
	}
	exit(0);
}

static void echo(int connfd)
{
	char line[100];
	ssize_t n = read(connfd, line, sizeof line); /* the mistake */

	if (n > 0)
		rio_writen(connfd, line, n);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), last = listenfd, served = 0;
	fd_set all, ready;

	if (fork() == 0)
		ask(listenfd);
	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	while (served < 2) {
		ready = all;
		select(last + 1, &ready, NULL, NULL, NULL);
		for (int fd = 0; fd <= last; fd++) {
			int connfd = fd;

			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listenfd) {
				connfd = accept(listenfd, NULL, NULL);
			}
			echo(connfd);
			FD_CLR(connfd, &all);
			close(connfd);
			served++;
		}
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
