/* st017_good_killed: a server that waits for all its children at its end, and is killed before it comes to that.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
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
	for (int served = 0; served < 10; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (served == 3)
			raise(SIGKILL);
		if (fork() == 0) {
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		close(connfd);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
