/* st023_good_counts: a forking server that ends when so many children have ended: the signal of the last wakes accept.
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

enum { CLIENTS = 2 };

static volatile sig_atomic_t ended;

static void reap(int signal)
{
	(void)signal;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		ended++;
}

/* In accept: nothing else that it does takes time. */
static void wait_until_parent_waits(void)
{
	char path[40], state = 'R';

	snprintf(path, sizeof path, "/proc/%d/stat", getppid());
	while (state != 'S') {
		FILE *stat = fopen(path, "r");

		if (!stat || fscanf(stat, "%*d %*s %c", &state) != 1)
			exit(1);
		fclose(stat);
	}
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
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	struct sigaction action = {.sa_handler = reap};

	sigaction(SIGCHLD, &action, NULL);
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	while (ended < CLIENTS) {
		connfd = accept(listenfd, NULL, NULL);
		if (connfd < 0)
			continue;
		if (fork() == 0) {
			close(listenfd);
			echo(connfd);
			close(connfd);
			wait_until_parent_waits();
			exit(0);
		}
		close(connfd);
	}
	close(listenfd);
	return 0;
}
