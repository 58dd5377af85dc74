/* st005_good_dissolve: a client that takes a datagram socket's peer away again, which AF_UNSPEC is for.
 * args: FREE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int clientfd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 2)
		return 1;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(atoi(argv[1]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	addr.sin_family = AF_UNSPEC;
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	close(clientfd);
	return 0;
}
