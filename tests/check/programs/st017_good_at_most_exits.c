/* st017_good_at_most_exits: a server that waits for all its children where it has as many as it may have, and ends in between.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { MOST = 4, CLIENTS = 8 };

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
	for (int served = 0; served < CLIENTS; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (children == MOST) {
			while (wait(NULL) > 0)
				;
			children = 0;
		}
		if (fork() == 0) {
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		children++;
		close(connfd);
	}
	close(listenfd);
	return 0;
}
