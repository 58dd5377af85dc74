/* st022_bad: a server that does not notice the end: it would go round for ever.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	int connfd = accept(listenfd, NULL, NULL);
	char line[100];

	for (int i = 0; i < 100; i++) {
		ssize_t n = read(connfd, line, sizeof line); /* the mistake */

		if (n < 0)
			break;
		rio_writen(connfd, line, n);
	}
	close(connfd);
	close(listenfd);
	return 0;
}
