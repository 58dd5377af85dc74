/* st001_bad_datagram: a client of UDP that gives the port of its source without htons, and is told that nobody is there.
 * grade: proved
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PORT = 21001 };

/* A server at the first port that is free, from PORT on. */
static int serve(int *port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	*port = PORT - 1;
	do
		addr.sin_port = htons(++*port);
	while (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 && *port < PORT + 99);
	return fd;
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int port, fd = serve(&port), clientfd;
	char line[100];

	if (fork() == 0) {
		close(fd);
		clientfd = socket(AF_INET, SOCK_DGRAM, 0);
		addr.sin_port = port;
		if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
			die("connect");
		if (send(clientfd, "hello\n", 6, 0) < 0 || recv(clientfd, line, sizeof line, 0) < 0)
			perror("hello");
		close(clientfd);
		exit(0);
	}
	/* Who sends it something must have its port: so that it is the client that is wrong. */
	addr.sin_port = htons(port);
	clientfd = socket(AF_INET, SOCK_DGRAM, 0);
	sendto(clientfd, "hello\n", 6, 0, (struct sockaddr *)&addr, sizeof addr);
	if (recv(fd, line, sizeof line, 0) < 0)
		perror("recv");
	close(clientfd);
	wait(NULL);
	close(fd);
	return 0;
}
