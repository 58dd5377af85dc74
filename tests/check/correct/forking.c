/* forking: a correct echo server, a child for each client; SIGCHLD's handler waits for them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

static void wait_for_children(int signal)
{
	int saved = errno;

	(void)signal;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	errno = saved;
}

int main(void)
{
	int listenfd = start_server();

	signal(SIGCHLD, wait_for_children);
	while (1) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0) {
			if (errno == EINTR)
				continue;
			die("accept");
		}
		if (fork() == 0) {
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		close(connfd);
	}
}
