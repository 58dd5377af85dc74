/* st014_good_queue: a server whose thread is to answer what another has read; it and its clients are ended while
 * the work is still in its queue.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { JOBS = 3 };

static int queue[2];

static void ask(int listenfd)
{
	char port[6], line[100];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "job\n", 4);
	shutdown(clientfd, SHUT_WR);
	while (read(clientfd, line, sizeof line) > 0)
		;
	close(clientfd);
	exit(0);
}

static void *work(void *unused)
{
	int connfd;

	(void)unused;
	sleep(60);
	while (read(queue[0], &connfd, sizeof connfd) == sizeof connfd) {
		rio_writen(connfd, "done\n", 5);
		close(connfd);
	}
	return NULL;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	pid_t clients[JOBS];
	pthread_t worker;
	char line[100];

	if (pipe(queue) < 0)
		die("pipe");
	for (int i = 0; i < JOBS; i++) {
		clients[i] = fork();
		if (clients[i] == 0)
			ask(listenfd);
	}
	if (pthread_create(&worker, NULL, work, NULL))
		return 1;
	for (int i = 0; i < JOBS; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		while (read(connfd, line, sizeof line) > 0)
			;
		if (write(queue[1], &connfd, sizeof connfd) < 0)
			die("write");
	}
	for (int i = 0; i < JOBS; i++)
		kill(clients[i], SIGKILL);
	exit(0);
}
