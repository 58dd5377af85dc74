/* st022_good_spins_first: a server that asks often before it waits: what comes soon it has at once.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { TRIES = 2000 };

static void ask_late(int listenfd, int polls)
{
	char port[6], byte;
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(polls, &byte, 1) < 0)
		die("read");
	rio_writen(clientfd, "hello\n", 6);
	close(clientfd);
	exit(0);
}

static ssize_t read_soon(int fd, char *line, size_t size)
{
	ssize_t n = -1;

	for (int i = 0; i < TRIES && n < 0; i++)
		n = read(fd, line, size);
	return n;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd, polls[2];
	char line[100];

	if (pipe(polls) < 0)
		die("pipe");
	if (fork() == 0) {
		close(polls[1]);
		ask_late(listenfd, polls[0]);
	}
	connfd = accept(listenfd, NULL, NULL);
	fcntl(connfd, F_SETFL, O_NONBLOCK);
	for (ssize_t n = -1; n != 0;) {
		n = read_soon(connfd, line, sizeof line);
		close(polls[1]);
		if (n < 0)
			poll(&(struct pollfd){.fd = connfd, .events = POLLIN}, 1, -1);
	}
	close(connfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
