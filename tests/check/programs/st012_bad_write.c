/* st012_bad_write: a server that writes to the listening descriptor, and dies of it.
 * client: echo_client 127.0.0.1 PORT hello
 * grade: proved
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	int connfd;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	if (write(listenfd, "hello\n", 6) < 0) /* the mistake */
		perror("write");
	close(connfd);
	close(listenfd);
	return 0;
}
