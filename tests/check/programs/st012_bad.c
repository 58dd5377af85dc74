/* st012_bad: a server that reads from the listening descriptor.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	char line[100];
	int listenfd = open_listenfd("127.0.0.1", "0");
	int connfd;
	ssize_t n;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	n = read(listenfd, line, sizeof line); /* the mistake */
	if (n > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	close(listenfd);
	return 0;
}
