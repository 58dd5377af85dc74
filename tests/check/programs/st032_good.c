/* st032_good: a client that ends where it has no connection.
 * args: 127.0.0.1 FREE
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	int clientfd = argc == 3 ? open_clientfd(argv[1], argv[2]) : -1;

	if (clientfd < 0)
		return 0;
	if (send(clientfd, "hello\n", 6, 0) < 0)
		perror("send");
	close(clientfd);
	return 0;
}
