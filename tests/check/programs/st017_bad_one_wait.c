/* st017_bad_one_wait: a server that waits once where several children may have ended: one signal stands for all of them.
 * client: echo_client 127.0.0.1 PORT hello
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
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void reap(int signal)
{
	(void)signal;
	wait(NULL);
}

/* As if some had ended while the server was busy. */
static void wait_until_one_has_ended(void)
{
	sigset_t pending;

	do
		sigpending(&pending);
	while (!sigismember(&pending, SIGCHLD));
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
	struct sigaction action = {.sa_handler = reap, .sa_flags = SA_RESTART};
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigaction(SIGCHLD, &action, NULL);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 6; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (fork() == 0) { /* the mistake */
			close(listenfd);
			echo(connfd);
			close(connfd);
			exit(0);
		}
		close(connfd);
		if (i == 3) {
			wait_until_one_has_ended();
			sigprocmask(SIG_UNBLOCK, &chld, NULL);
			sigprocmask(SIG_BLOCK, &chld, NULL);
		}
	}
	close(listenfd);
	return 0;
}
