/* st038_bad_datagram: a server of UDP that gives its port to htonl, and waits where nobody will send anything.
 * args: FREE
 * hangs: yes
 * grade: probable
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
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
	addr.sin_port = htonl(atoi(argv[1]));
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		die("bind");
	if (recvfrom(fd, line, sizeof line, 0, (struct sockaddr *)&client, &len) < 0)
		perror("recvfrom");
	close(fd);
	return 0;
}
