/* st004_good_datagram: a server of UDP that reads one datagram without asking who sent it, and answers the next.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void ask(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char line[100];

	addr.sin_port = htons(port);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 50000}, sizeof(struct timeval));
	for (int i = 0; i < 2; i++)
		if (sendto(fd, "hello\n", 6, 0, (struct sockaddr *)&addr, sizeof addr) < 0)
			die("sendto");
	if (recvfrom(fd, line, sizeof line, 0, NULL, NULL) < 0)
		perror("recvfrom");
	close(fd);
	exit(0);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, client = {0};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof client;
	char line[100];
	ssize_t n;

	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (fork() == 0)
		ask(local_port(fd));
	if (recvfrom(fd, line, sizeof line, 0, NULL, NULL) < 0)
		perror("recvfrom");
	n = recvfrom(fd, line, sizeof line, 0, (struct sockaddr *)&client, &len);
	if (n < 0 || sendto(fd, line, n, 0, (struct sockaddr *)&client, len) < 0)
		perror("echo");
	wait(NULL);
	close(fd);
	return 0;
}
