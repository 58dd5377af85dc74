/* st001_good_scan: a client that looks for a server at many ports, also at one whose bytes are swapped.
 * args: PORT
 * server: echo_server --once 1 0
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static int try(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int clientfd = socket(AF_INET, SOCK_STREAM, 0), failed;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(port);
	failed = connect(clientfd, (struct sockaddr *)&addr, sizeof addr);
	close(clientfd);
	return failed;
}

int main(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 1;

	for (int other = 1; other < 6; other++)
		try(other);
	try(htons(port));
	return try(port) < 0;
}
