/* st038_bad_refused: the same server, which is told another number too: where its client was refused is the port.
 * args: FREE 4096
 * client: echo_client 127.0.0.1 PORT hello
 * hangs: yes
 * grade: probable
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 3)
		return 1;
	addr.sin_port = htonl(atoi(argv[1]));
	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	printf("listening on %s\n", argv[1]);
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
