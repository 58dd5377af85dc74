/* st014_good_together: a server that hears two clients to their end before it answers both, and then ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PLAYERS = 2 };

static void play(int listenfd)
{
	char port[6], line[100];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "me\n", 3);
	shutdown(clientfd, SHUT_WR);
	while (read(clientfd, line, sizeof line) > 0)
		;
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), players[PLAYERS];
	char line[100];

	for (int i = 0; i < PLAYERS; i++)
		if (fork() == 0)
			play(listenfd);
	for (int i = 0; i < PLAYERS; i++) {
		players[i] = accept(listenfd, NULL, NULL);
		while (read(players[i], line, sizeof line) > 0)
			;
	}
	for (int i = 0; i < PLAYERS; i++)
		rio_writen(players[i], "start\n", 6);
	return 0;
}
