/* st038_good_any_port: a server that wants any port, and asks which it has; the number in its command line is the size of a buffer.
 * args: 4096
 * client: echo_client 127.0.0.1 PORT
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
