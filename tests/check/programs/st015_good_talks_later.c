/* st015_good_talks_later: a chat server whose children read, each from its client, while the parent keeps all descriptors, to tell
 * everybody what was said; all are killed before anything was.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { CLIENTS = 2 };

static void join(int listenfd)
{
	char port[6], line[100];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "name\n", 5);
	while (read(clientfd, line, sizeof line) > 0)
		;
	exit(0);
}

/* The first line is the name; what comes behind it is for everybody. */
static void hear(int connfd, int parentfd)
{
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	while (n > 0 && write(parentfd, line, n) == n)
		n = read(connfd, line, sizeof line);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), said[2], clients[CLIENTS];
	char line[100];

	if (pipe(said) < 0)
		die("pipe");
	for (int i = 0; i < CLIENTS; i++)
		if (fork() == 0)
			join(listenfd);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = accept(listenfd, NULL, NULL);
		if (fork() == 0) {
			close(listenfd);
			hear(clients[i], said[1]);
		}
		if (read(said[0], line, sizeof line) < 0)
			die("read");
	}
	kill(0, SIGKILL);
	for (int i = 0; i < CLIENTS; i++)
		rio_writen(clients[i], line, 5);
	return 0;
}
