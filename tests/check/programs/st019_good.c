/* st019_good: a server that closes a connection in one place.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void echo(int connfd)
{
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	int connfd = accept(listenfd, NULL, NULL);

	echo(connfd);
	close(connfd);
	close(listenfd);
	return 0;
}
