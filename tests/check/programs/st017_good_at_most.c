/* st017_good_at_most: a server that waits for a child where it has as many as it may have, and is killed.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { MOST = 6, CLIENTS = 9 };

static void echo(int connfd)
{
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), children = 0;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int served = 1;; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (served == CLIENTS)
			raise(SIGKILL);
		while (children >= MOST && wait(NULL) > 0)
			children--;
		if (fork() == 0) {
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		children++;
		close(connfd);
	}
}
