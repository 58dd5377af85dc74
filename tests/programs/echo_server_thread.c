/* echo_server_thread: give every client its lines back, a thread for each. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void *serve(void *arg)
{
	int connfd = (int)(intptr_t)arg;
	struct rio rio;
	char line[4096];
	ssize_t n;

	rio_readinitb(&rio, connfd);
	while ((n = rio_readlineb(&rio, line, sizeof line)) > 0)
		if (rio_writen(connfd, line, n) < 0)
			break;
	close(connfd);
	return NULL;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: echo_server_thread CLIENTS PORT\n", stderr);
		return 2;
	}

	int clients = atoi(argv[1]);
	int listenfd = open_listenfd(NULL, argv[2]);
	if (listenfd < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	pthread_t *threads = calloc(clients, sizeof *threads);
	for (int i = 0; i < clients; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0)
			die("accept");
		if (pthread_create(&threads[i], NULL, serve, (void *)(intptr_t)connfd) != 0)
			die("pthread_create");
	}
	close(listenfd);
	for (int i = 0; i < clients; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	return 0;
}
