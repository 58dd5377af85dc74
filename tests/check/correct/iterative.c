/* iterative: a correct echo server, one client after the other. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "correct.h"
#include "net/net.h"

int main(void)
{
	int listenfd = start_server();

	while (1) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			die("accept");
		}
		echo(connfd);
		close(connfd);
	}
}
