/* st006_bad: a server that cannot be started again.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

/* Serve one client on that port (0: any). The port, or -1 where it is taken. */
static int serve(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0), connfd;
	char line[100];

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(port);
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) { /* the mistake */
		perror("bind");
		return -1;
	}
	listen(listenfd, 16);
	port = local_port(listenfd);
	printf("listening on %d\n", port);
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	/* Without a newline: the client reads on to the end, so that it is the server that closes first. */
	if (read(connfd, line, sizeof line) > 0)
		rio_writen(connfd, "goodbye", 7);
	close(connfd);
	close(listenfd);
	return port;
}

int main(void)
{
	int port = serve(0);

	return serve(port) < 0;
}
