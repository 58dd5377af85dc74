/* st017_good_flag: a server whose handler counts, with a flag that says that no child stays a zombie.
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
#include <unistd.h>

#include "net/net.h"

static volatile sig_atomic_t ended;

static void count(int signal)
{
	(void)signal;
	ended++;
}

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
	struct sigaction action = {.sa_handler = count, .sa_flags = SA_NOCLDWAIT | SA_RESTART};

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	sigaction(SIGCHLD, &action, NULL);
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
