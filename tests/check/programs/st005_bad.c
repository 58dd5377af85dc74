/* st005_bad: a client that does not set the family.
 * args: FREE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
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
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(atoi(argv[1]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		die("connect");
	signal(SIGPIPE, SIG_IGN);
	rio_writen(clientfd, "hello\n", 6);
	close(clientfd);
	return 0;
}
