/* st023_bad_eintr: a forking server that takes the signal of a child's end, which wakes accept, for its own end.
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
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
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
	while ((connfd = accept(listenfd, NULL, NULL)) >= 0) { /* the mistake */
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
