/* preforked: a correct echo server of four processes that all accept at one listener. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

enum { CHILDREN = 4 };

static void serve(int listenfd)
{
	while (1) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0)
			die("accept");
		echo(connfd);
		close(connfd);
	}
}

int main(void)
{
	int listenfd = start_server();

	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0)
			serve(listenfd);
	close(listenfd);
	while (wait(NULL) > 0)
		;
	return 0;
}
