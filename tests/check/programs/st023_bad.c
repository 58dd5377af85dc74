/* st023_bad: a server that writes to a client that is gone, and dies.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <poll.h>
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
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	for (int i = 0; i < 2; i++) {
		write(connfd, "bye\n", 4); /* the mistake */
		/* The answer to the first, a reset, may take its time on a busy machine. */
		poll(&(struct pollfd){.fd = connfd}, 1, -1);
	}
	close(connfd);
	close(listenfd);
	return 0;
}
