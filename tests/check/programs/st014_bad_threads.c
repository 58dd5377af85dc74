/* st014_bad_threads: a server whose threads leave their connections open.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void *serve(void *arg)
{
	int connfd = (int)(intptr_t)arg;
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	return NULL;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	pthread_t threads[4];

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 4; i++) {
		int connfd = accept(listenfd, NULL, NULL); /* the mistake */

		pthread_create(&threads[i], NULL, serve, (void *)(intptr_t)connfd);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	usleep(300000);
	close(listenfd);
	return 0;
}
