/* st029_bad_room: a server that gives a datagram less room than it needs: advice, for it may want no more.
 * grade: advice
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void tell(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	static const char line[] = "a line that is longer than sixteen bytes\n";

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(port);
	if (sendto(fd, line, sizeof line - 1, 0, (struct sockaddr *)&addr, sizeof addr) < 0)
		perror("sendto");
	close(fd);
	exit(0);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char line[16];

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		perror("bind");
	if (fork() == 0)
		tell(local_port(fd));
	if (recvfrom(fd, line, sizeof line, 0, NULL, NULL) < 0) /* the mistake */
		perror("recvfrom");
	close(fd);
	wait(NULL);
	return 0;
}
