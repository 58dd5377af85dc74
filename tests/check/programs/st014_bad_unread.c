/* st014_bad_unread: a server that answers one line of each client, and leaves its connections open.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void answer(int connfd)
{
	char line[100];
	ssize_t n = read(connfd, line, sizeof line);

	if (n > 0)
		rio_writen(connfd, line, n);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 4; i++) {
		int connfd = accept(listenfd, NULL, NULL); /* the mistake */

		answer(connfd);
	}
	close(listenfd);
	return 0;
}
