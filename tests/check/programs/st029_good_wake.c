/* st029_good_wake: a worker that is woken by a datagram, and reads no more of it than shows that one came.
 * grade: advice
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { WAKES = 3 };

static void wake(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(port);
	for (int i = 0; i < WAKES; i++)
		if (sendto(fd, "wake up", 7, 0, (struct sockaddr *)&addr, sizeof addr) < 0)
			perror("sendto");
	close(fd);
	exit(0);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char byte;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		perror("bind");
	if (fork() == 0)
		wake(local_port(fd));
	for (int i = 0; i < WAKES; i++)
		if (recv(fd, &byte, 1, 0) < 0)
			perror("recv");
	close(fd);
	wait(NULL);
	return 0;
}
