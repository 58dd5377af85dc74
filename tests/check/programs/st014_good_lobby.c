/* st014_good_lobby: a server that takes each player's name, and begins when all are there; all are killed before the last came. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { HERE = 5, PLAYERS = 6, THINKS_US = 20000 };

static void gather(int listenfd, int heardfd)
{
	char name[100];
	int players[PLAYERS];

	for (int i = 0; i < PLAYERS; i++) {
		players[i] = accept(listenfd, NULL, NULL);
		if (read(players[i], name, sizeof name) > 0)
			rio_writen(heardfd, ".", 1);
	}
	for (int i = 0; i < PLAYERS; i++) {
		rio_writen(players[i], "go\n", 3);
		close(players[i]);
	}
	exit(0);
}

/* Its name comes when the server waits for it, and then it does nothing more. */
static void play(const char *port)
{
	int clientfd = open_clientfd("127.0.0.1", port);

	usleep(THINKS_US);
	rio_writen(clientfd, "kim\n", 4);
	pause();
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), heard[2];
	pid_t server, players[HERE];
	char port[6], byte;

	if (pipe(heard) != 0)
		die("pipe");
	snprintf(port, sizeof port, "%d", local_port(listenfd));
	server = fork();
	if (server == 0)
		gather(listenfd, heard[1]);
	close(listenfd);
	for (int i = 0; i < HERE; i++) {
		players[i] = fork();
		if (players[i] == 0)
			play(port);
		if (read(heard[0], &byte, 1) != 1)
			die("read");
	}
	for (int i = 0; i < HERE; i++)
		kill(players[i], SIGKILL);
	usleep(THINKS_US);
	kill(server, SIGKILL);
	while (wait(NULL) > 0)
		;
	return 0;
}
