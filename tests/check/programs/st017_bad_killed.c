/* st017_bad_killed: a server for ever, killed while it serves: there is no wait in all of the program.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * grade: proved
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void echo(int connfd)
{
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int served = 0;; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (served == 4)
			raise(SIGKILL);
		if (fork() == 0) { /* the mistake */
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		close(connfd);
	}
}
