/* st017_good_ignored_late: a server that leaves its children to the kernel, as it says only when it has made the first.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
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
	int listenfd = open_listenfd("127.0.0.1", "0"), said[2];
	char byte;

	if (pipe(said) < 0)
		return 1;
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int served = 0; served < 4; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (fork() == 0) {
			close(listenfd);
			read(said[0], &byte, 1);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		signal(SIGCHLD, SIG_IGN); /* nor of the first is a zombie left: it waits for this */
		write(said[1], "", 1);
		close(connfd);
	}
	close(listenfd);
	return 0;
}
