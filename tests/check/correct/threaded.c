/* threaded: a correct echo server, a detached thread for each client, its descriptor in memory of its own. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

static void *serve(void *arg)
{
	int connfd = *(int *)arg;

	pthread_detach(pthread_self());
	free(arg);
	echo(connfd);
	close(connfd);
	return NULL;
}

int main(void)
{
	int listenfd = start_server();

	while (1) {
		int *connfd = malloc(sizeof *connfd);
		pthread_t thread;

		if (!connfd || (*connfd = accept(listenfd, NULL, NULL)) < 0)
			die("accept");
		if (pthread_create(&thread, NULL, serve, connfd) != 0)
			die("pthread_create");
	}
}
