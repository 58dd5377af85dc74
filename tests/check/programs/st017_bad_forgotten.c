/* st017_bad_forgotten: its handler would wait, but is never installed; killed while it serves, it might have been about to wait.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * grade: advice
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

static void reap(int signo)
{
	(void)signo;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int main(int argc, char **argv)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	(void)argv;
	if (argc > 1)
		signal(SIGCHLD, reap);
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int served = 0;; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (served == 6)
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
