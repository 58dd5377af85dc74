/* st018_bad: a server that gives its threads the address of the variable that the next accept changes.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* Threads start slowly here, as they sometimes do: when both connections were accepted. */
static pthread_barrier_t both;

/* Two clients that stay for a while. */
static void ask(int listenfd)
{
	int clients[2];
	char port[6], answer[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < 2; i++) {
		clients[i] = open_clientfd("127.0.0.1", port);
		rio_writen(clients[i], "hello\n", 6);
	}
	if (read(clients[1], answer, sizeof answer) < 0)
		perror("read");
	usleep(300000);
	exit(0);
}

static void *serve(void *arg)
{
	int connfd;
	char line[100];
	ssize_t n;

	pthread_barrier_wait(&both);
	connfd = *(int *)arg;
	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	return NULL;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	pthread_t threads[2];

	if (fork() == 0)
		ask(listenfd);
	pthread_barrier_init(&both, NULL, 3);
	for (int i = 0; i < 2; i++) {
		connfd = accept(listenfd, NULL, NULL); /* the mistake */
		pthread_create(&threads[i], NULL, serve, &connfd);
	}
	pthread_barrier_wait(&both);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	wait(NULL);
	return 0;
}
