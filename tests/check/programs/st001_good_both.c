/* st001_good_both: a server and a client that both give their port without htons: they find each other.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PORT = 20101 };

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0), port = PORT - 1;

	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	do
		addr.sin_port = ++port;
	while (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0 && port < PORT + 99);
	if (listen(listenfd, 16) < 0)
		die("listen");
	if (fork() == 0) {
		int clientfd = socket(AF_INET, SOCK_STREAM, 0);

		close(listenfd);
		if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
			die("connect");
		close(clientfd);
		exit(0);
	}
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	wait(NULL);
	return 0;
}
