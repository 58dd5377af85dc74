/* st038_good_own_address: connects a socket of datagrams to no port, to learn which address of its own leads there. Nothing is sent.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	local_port(fd);
	addr.sin_port = htons(9);
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	if (send(fd, "hello\n", 6, 0) < 0)
		perror("send");
	close(fd);
	return 0;
}
