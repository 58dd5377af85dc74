/* st017_good: a forking server that waits for whoever of its children has ended.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
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

static void reap(int signo)
{
	(void)signo;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = reap, .sa_flags = SA_RESTART}, NULL);
	for (int i = 0; i < 10; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (fork() == 0) {
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		close(connfd);
	}
	close(listenfd);
	return 0;
}
