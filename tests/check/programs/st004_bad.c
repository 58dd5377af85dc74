/* st004_bad: a server that does not say how much room there is for the address.
 * client: echo_client 127.0.0.1 PORT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	struct sockaddr_in peer;
	socklen_t len = 0xdeadbeef; /* what one that was not set may hold */

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, (struct sockaddr *)&peer, &len); /* the mistake */
	if (connfd < 0)
		die("accept");
	printf("client: %s\n", inet_ntoa(peer.sin_addr));
	close(connfd);
	close(listenfd);
	return 0;
}
