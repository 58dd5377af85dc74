/* st031_bad: a client that writes after it has said that nothing more comes.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 */
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	int clientfd = argc == 3 ? open_clientfd(argv[1], argv[2]) : -1;
	char line[100];

	if (clientfd < 0)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	rio_writen(clientfd, "head\n", 5);
	shutdown(clientfd, SHUT_WR);
	if (write(clientfd, "body\n", 5) < 0) /* the mistake */
		perror("write");
	while (read(clientfd, line, sizeof line) > 0)
		;
	close(clientfd);
	return 0;
}
