/* st023_good_as_long: a server for one program that it has started: when that has ended, so does the server.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static volatile sig_atomic_t has_ended;

static void reap(int signal)
{
	(void)signal;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		has_ended = 1;
}

static void echo(int connfd)
{
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
}

/* The program: done when its parent has served and waits in accept again. */
static void wait_until_parent_waits(int served)
{
	char path[40], state = 'R', byte;

	if (read(served, &byte, 1) < 0)
		exit(1);
	snprintf(path, sizeof path, "/proc/%d/stat", getppid());
	while (state != 'S') {
		FILE *stat = fopen(path, "r");

		if (!stat || fscanf(stat, "%*d %*s %c", &state) != 1)
			exit(1);
		fclose(stat);
	}
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), served[2];
	struct sigaction action = {.sa_handler = reap};

	if (pipe(served) < 0)
		die("pipe");
	sigaction(SIGCHLD, &action, NULL);
	if (fork() == 0) {
		close(listenfd);
		wait_until_parent_waits(served[0]);
	}
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	while (!has_ended) {
		int connfd = accept(listenfd, NULL, NULL);

		if (connfd < 0 && errno == EINTR)
			continue;
		if (connfd < 0)
			die("accept");
		echo(connfd);
		close(connfd);
		if (write(served[1], "!", 1) < 0)
			die("write");
	}
	close(listenfd);
	return 0;
}
