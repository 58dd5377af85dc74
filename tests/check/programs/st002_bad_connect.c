/* st002_bad_connect: a client that looks for another host, because its address has no htonl. No datagram is sent.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(9)};
	int clientfd = socket(AF_INET, SOCK_DGRAM, 0);

	addr.sin_addr.s_addr = INADDR_LOOPBACK;
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("connect");
	close(clientfd);
	return 0;
}
