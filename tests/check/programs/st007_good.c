/* st007_good: a server that sets one option after the other.
 * client: echo_client 127.0.0.1 PORT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	setsockopt(listenfd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
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
