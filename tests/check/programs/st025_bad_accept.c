/* st025_bad_accept: a server that waits in poll, and then in accept for one more client than there is.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* The first client asks, the second comes a while later. */
static void ask(int listenfd)
{
	int clients[2];
	char port[6], answer[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < 2; i++) {
		clients[i] = open_clientfd("127.0.0.1", port);
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
	ssize_t n = read(connfd, line, sizeof line);

	if (n > 0)
		rio_writen(connfd, line, n);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	struct pollfd watched[3] = {{.fd = listenfd, .events = POLLIN}};

	if (fork() == 0)
		ask(listenfd);
	if (poll(watched, 1, -1) < 0)
		perror("poll");
	for (int i = 1; i <= 2; i++) {
		watched[i].fd = accept(listenfd, NULL, NULL); /* the mistake */
		watched[i].events = POLLIN;
	}
	for (int served = 0; served < 2;) {
		if (poll(watched + 1, 2, -1) < 0)
			perror("poll");
		for (int i = 1; i <= 2; i++) {
			if (!watched[i].revents)
				continue;
			echo(watched[i].fd);
			close(watched[i].fd);
			watched[i].fd = -1;
			served++;
		}
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
