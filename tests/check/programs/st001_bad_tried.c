/* st001_bad_tried: a server that gives the port of its source without htons; its client is told that port.
 * client: echo_client 127.0.0.1 PORT
 * client: echo_client 127.0.0.1 SWAPPED
 * grade: proved
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { PORT = 20001 };

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0), port = PORT - 1;

	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	do
		addr.sin_port = ++port;
	while (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0 && port < PORT + 99); /* the mistake */
	if (listen(listenfd, 16) < 0)
		die("listen");
	printf("listening on %d\n", port);
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
