/* st038_good_second: a server on the port that it was told, which holds another that nobody need know.
 * args: FREE
 * client: echo_client 127.0.0.1 PORT
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static int listen_at(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_port = htons(port);
	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	return listenfd;
}

int main(int argc, char **argv)
{
	int listenfd, secondfd;

	if (argc != 2)
		return 1;
	listenfd = listen_at(atoi(argv[1]));
	secondfd = listen_at(0);
	printf("listening on %s\n", argv[1]);
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	close(secondfd);
	return 0;
}
