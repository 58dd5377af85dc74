/* st032_bad_shutdown: a client that is refused, says so, and shuts down what it does not have: that harms nobody.
 * args: FREE
 * grade: advice
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	int clientfd = argc == 2 ? open_clientfd("127.0.0.1", argv[1]) : -1;

	if (clientfd >= 0)
		rio_writen(clientfd, "hello\n", 6);
	else
		fprintf(stderr, "nobody there\n");
	shutdown(clientfd, SHUT_WR); /* the mistake */
	if (clientfd >= 0)
		close(clientfd);
	return 0;
}
