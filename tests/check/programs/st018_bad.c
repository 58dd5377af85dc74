/* st018_bad: a server that gives its threads the address of the variable that the next accept changes.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * together: yes
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

/* Threads start slowly here, as they sometimes do: when both connections were accepted. */
static pthread_barrier_t both;

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

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	pthread_barrier_init(&both, NULL, 3);
	for (int i = 0; i < 2; i++) {
		connfd = accept(listenfd, NULL, NULL); /* the mistake */
		pthread_create(&threads[i], NULL, serve, &connfd);
	}
	pthread_barrier_wait(&both);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
