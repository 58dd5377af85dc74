/* st004_good_no_address: a server that wants no address: then no length is read.
 * client: echo_client 127.0.0.1 PORT
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	socklen_t len = 0;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, &len);
	if (connfd < 0)
		die("accept");
	close(connfd);
	close(listenfd);
	return 0;
}
