/* st008_good: a server that stops where bind failed.
 * args: PORT
 * server: echo_server --once 1 0
 * before: yes
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 2)
		return 1;
	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(atoi(argv[1]));
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	close(listenfd);
	return 0;
}
