/* st038_good_scan_killed: a program that looks which ports somebody listens at, from 0 on, and is killed right behind the first.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORTS = 1024 };

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	for (int port = 0; port < PORTS; port++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		addr.sin_port = htons(port);
		if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
			printf("%d\n", port);
		close(fd);
		raise(SIGKILL);
	}
	return 0;
}
