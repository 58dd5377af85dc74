/* st001_bad_unanswered: a client of UDP, not connected, that gives the port of its source without htons: nobody tells it.
 * grade: probable
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PORT = 21201 };

static void ask(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char line[100];

	addr.sin_port = port;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 50000}, sizeof(struct timeval));
	if (sendto(fd, "hello\n", 6, 0, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		die("sendto");
	if (recvfrom(fd, line, sizeof line, 0, NULL, NULL) < 0)
		perror("recvfrom");
	close(fd);
	exit(0);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), port = PORT - 1, clientfd;
	char line[100];

	do
		addr.sin_port = htons(++port);
	while (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 && port < PORT + 99);
	if (fork() == 0)
		ask(port);
	clientfd = socket(AF_INET, SOCK_DGRAM, 0);
	sendto(clientfd, "hello\n", 6, 0, (struct sockaddr *)&addr, sizeof addr);
	if (recv(fd, line, sizeof line, 0) < 0)
		perror("recv");
	close(clientfd);
	wait(NULL);
	close(fd);
	return 0;
}
