/* st038_good_datagram: a client of UDP at any port, which sends first, and then waits for an answer.
 * args: FREE
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, client;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof client;
	char line[100];

	if (argc != 2)
		return 1;
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	addr.sin_port = htons(atoi(argv[1]));
	if (sendto(fd, "hello\n", 6, 0, (struct sockaddr *)&addr, sizeof addr) < 0)
		perror("sendto");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 50000}, sizeof(struct timeval));
	if (recvfrom(fd, line, sizeof line, 0, (struct sockaddr *)&client, &len) < 0)
		perror("recvfrom");
	close(fd);
	return 0;
}
