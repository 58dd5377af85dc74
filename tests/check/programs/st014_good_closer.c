/* st014_good_closer: a server whose threads serve, and whose main thread closes what they are done with.
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
	int served[4];

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 4; i++) {
		served[i] = accept(listenfd, NULL, NULL);
		pthread_create(&threads[i], NULL, serve, (void *)(intptr_t)served[i]);
	}
	usleep(300000);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		close(served[i]);
	}
	close(listenfd);
	return 0;
}
