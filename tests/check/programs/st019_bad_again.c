/* st019_bad_again: a client that closes its socket where connect fails, and tries again with it.
 * args: FREE
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 2)
		return 1;
	addr.sin_port = htons(atoi(argv[1]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return 1;
	close(clientfd);
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("connect");
	return 0;
}
