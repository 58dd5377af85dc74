/* st038_good_scan: a program that looks which of the first ports somebody listens at, from 0 on.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORTS = 8 };

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	for (int port = 0; port < PORTS; port++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		addr.sin_port = htons(port);
		if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
			printf("%d\n", port);
		close(fd);
	}
	return 0;
}
