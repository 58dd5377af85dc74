/* st017_good_each_round: a server that waits once for each client: who ended while others did is waited for in a later round.
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

/* A child ends when `go` does. */
static void serve(int connfd, const int go[2])
{
	char byte;

	echo(connfd);
	close(connfd);
	if (go[1] >= 0)
		close(go[1]);
	while (read(go[0], &byte, 1) > 0)
		;
	exit(0);
}

static void wait_until_ended(pid_t child)
{
	char path[64], state = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
	while (state != 'Z') {
		FILE *f = fopen(path, "r");

		if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
			die(path);
		fclose(f);
	}
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	pid_t children[6];
	int go[2];

	if (pipe(go) != 0)
		die("pipe");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int served = 0; served < 6; served++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (served == 5)
			raise(SIGKILL);
		children[served] = fork();
		if (children[served] == 0)
			serve(connfd, go);
		close(connfd);
		if (served == 3) {
			close(go[1]);
			go[1] = -1;
			for (int i = 0; i <= served; i++)
				wait_until_ended(children[i]);
		}
		waitpid(-1, NULL, WNOHANG);
	}
	return 0;
}
