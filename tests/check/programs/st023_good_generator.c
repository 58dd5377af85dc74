/* st023_good_generator: a server that makes a program's output its connection, as inetd does: that writes on and on until SIGPIPE ends it,
 * as in a pipe.
 * grade: advice
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void read_some(int listenfd)
{
	char port[6], bytes[4096];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(clientfd, bytes, sizeof bytes) < 0)
		die("read");
	close(clientfd);
	exit(0);
}

int main(int argc, char **argv)
{
	int listenfd, connfd;

	while (argc > 1)
		if (write(STDOUT_FILENO, "y\n", 2) < 0)
			exit(1);
	listenfd = open_listenfd("127.0.0.1", "0");
	if (fork() == 0)
		read_some(listenfd);
	connfd = accept(listenfd, NULL, NULL);
	if (fork() == 0) {
		dup2(connfd, STDOUT_FILENO);
		close(connfd);
		close(listenfd);
		execl(argv[0], argv[0], "generate", NULL);
	}
	close(connfd);
	while (wait(NULL) > 0)
		;
	close(listenfd);
	return 0;
}
