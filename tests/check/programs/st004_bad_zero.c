/* st004_bad_zero: a server that gives no room for the address that it wants: accept succeeds, and the address is lost.
 * client: echo_client 127.0.0.1 PORT
 * grade: probable
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");
	struct sockaddr_in peer;
	socklen_t len = 0;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	close(accept(listenfd, (struct sockaddr *)&peer, &len)); /* the mistake */
	close(listenfd);
	return 0;
}
