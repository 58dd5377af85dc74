/* st001_good_datagram: a client of UDP that asks who is there, at a port where nobody is and at one where somebody is.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PORT = 21401 };

static void ask(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char line[100];

	for (int at = port; at < port + 6; at++) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);

		addr.sin_port = at == port + 5 ? port : htons(at);
		if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
			die("connect");
		if (send(fd, "hello\n", 6, 0) < 0 || recv(fd, line, sizeof line, 0) < 0)
			perror("hello");
		close(fd);
	}
	exit(0);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, client;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), port = PORT - 1;
	socklen_t len = sizeof client;
	char line[100];

	do
		addr.sin_port = htons(++port);
	while (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 && port < PORT + 99);
	if (fork() == 0)
		ask(port);
	if (recvfrom(fd, line, sizeof line, 0, (struct sockaddr *)&client, &len) < 0 ||
	    sendto(fd, "hello\n", 6, 0, (struct sockaddr *)&client, len) < 0)
		perror("hello");
	wait(NULL);
	close(fd);
	return 0;
}
