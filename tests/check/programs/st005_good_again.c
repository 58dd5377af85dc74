/* st005_good_again: a client that was refused, and takes that back with AF_UNSPEC before it tries another port.
 * server: echo_server --once 1 0
 * args: PORT FREE
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 3)
		return 1;
	addr.sin_port = htons(atoi(argv[2]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return 1;
	addr.sin_family = AF_UNSPEC;
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect to AF_UNSPEC");
	addr.sin_family = AF_INET;
	addr.sin_port = htons(atoi(argv[1]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	close(clientfd);
	return 0;
}
