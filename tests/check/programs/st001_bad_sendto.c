/* st001_bad_sendto: a client of datagrams that sends to a port whose bytes are in the host's order.
 * args: FREE
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
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 2)
		return 1;
	addr.sin_port = atoi(argv[1]);
	if (sendto(fd, "hello\n", 6, 0, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("sendto");
	close(fd);
	return 0;
}
