/* st033_good_drains: a server that a client tells to take in nobody more: it serves those that it has until they are gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { SERVED = 2 };

static int taken[2], drained[2];

static void wait_for(const int ends[2])
{
	char byte;

	if (read(ends[0], &byte, 1) != 1)
		exit(1);
}

static void say_to(const int ends[2])
{
	if (write(ends[1], "!", 1) != 1)
		exit(1);
}

/* Two that are served, of which the second tells the server to take in nobody more, and one who comes too late. */
static void connect_all(int listenfd)
{
	int clients[SERVED + 1];
	char port[6];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < SERVED; i++) {
		clients[i] = open_clientfd("127.0.0.1", port);
		wait_for(taken);
	}
	rio_writen(clients[1], "drain\n", 6);
	wait_for(drained);
	clients[SERVED] = open_clientfd("127.0.0.1", port);
	for (int i = 0; i <= SERVED; i++)
		close(clients[i]);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), highest = listenfd, gone = 0;
	fd_set all, ready;
	char line[100];

	if (pipe(taken) < 0 || pipe(drained) < 0)
		die("pipe");
	if (fork() == 0)
		connect_all(listenfd);
	FD_ZERO(&all);
	FD_SET(listenfd, &all);
	while (gone < SERVED) {
		ready = all;
		select(highest + 1, &ready, NULL, NULL, NULL);
		for (int fd = 0; fd <= highest; fd++) {
			if (!FD_ISSET(fd, &ready))
				continue;
			if (fd == listenfd) {
				int connfd = accept(listenfd, NULL, NULL);

				FD_SET(connfd, &all);
				highest = connfd > highest ? connfd : highest;
				say_to(taken);
			} else if (read(fd, line, sizeof line) > 0) {
				FD_CLR(listenfd, &all);
				say_to(drained);
			} else {
				FD_CLR(fd, &all);
				close(fd);
				gone++;
			}
		}
	}
	wait(NULL);
	return 0;
}
