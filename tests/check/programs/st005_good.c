/* st005_good: a client that sets the family.
 * args: PORT
 * server: echo_server --once 1 0
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
	struct sockaddr_in addr;
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 2)
		return 1;
	memset(&addr, 0, sizeof addr);
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(atoi(argv[1]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("connect");
	rio_writen(clientfd, "hello\n", 6);
	close(clientfd);
	return 0;
}
