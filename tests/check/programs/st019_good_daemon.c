/* st019_good_daemon: a server that closes a connection, and then all numbers, to become a daemon; and -1, which is none.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	close(connfd);
	close(-1);
	for (int fd = 0; fd < 256; fd++)
		close(fd);
	return 0;
}
