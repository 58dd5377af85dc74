/* st025_bad_connect: a server that waits in poll, and then in connect for another server, whose queue is full.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"
#include "net/waiting.h"

enum { CLIENTS = 2, QUEUED = 1 };

static int open_client(int listenfd)
{
	char port[6];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	return open_clientfd("127.0.0.1", port);
}

/* The other server and all clients. It takes nobody until both clients have asked and the first one's connect waits. */
static void everybody_else(int listenfd, int otherfd)
{
	int queued = open_client(otherfd), clients[CLIENTS];
	char answer;

	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = open_client(listenfd);
		rio_writen(clients[i], "?", 1);
	}
	close(listenfd);
	usleep(200000);
	while (!connects_waiting(local_port(otherfd)))
		usleep(1000);
	for (int i = 0; i < QUEUED + CLIENTS; i++)
		close(accept(otherfd, NULL, NULL));
	close(queued);
	close(otherfd);
	for (int i = 0; i < CLIENTS; i++) {
		if (read(clients[i], &answer, 1) != 1)
			perror("read");
		close(clients[i]);
	}
	exit(0);
}

static void answer(int connfd, const struct sockaddr *other, socklen_t len)
{
	int otherfd = socket(AF_INET, SOCK_STREAM, 0);
	char byte;

	if (read(connfd, &byte, 1) != 1)
		perror("read");
	if (connect(otherfd, other, len) < 0) /* the mistake */
		perror("connect");
	close(otherfd);
	rio_writen(connfd, "!", 1);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), otherfd = open_listenfd("127.0.0.1", "0");
	struct pollfd watched[1 + CLIENTS] = {{.fd = listenfd, .events = POLLIN}};
	struct sockaddr_storage other;
	socklen_t len = sizeof other;
	int count = 1;

	listen(otherfd, 0); /* Linux lets one wait */
	getsockname(otherfd, (struct sockaddr *)&other, &len);
	if (fork() == 0)
		everybody_else(listenfd, otherfd);
	close(otherfd);
	for (int served = 0; served < CLIENTS;) {
		if (poll(watched, count, -1) < 0)
			perror("poll");
		for (int i = 1; i < count; i++) {
			if (!watched[i].revents)
				continue;
			answer(watched[i].fd, (struct sockaddr *)&other, len);
			close(watched[i].fd);
			watched[i] = (struct pollfd){.fd = -1};
			served++;
		}
		if (watched[0].revents)
			watched[count++] = (struct pollfd){accept(listenfd, NULL, NULL), POLLIN, 0};
	}
	close(listenfd);
	wait(NULL);
	return 0;
}
