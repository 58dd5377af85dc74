/* st039_good_killed: a server that waits a moment for one client more, and is killed before it waits for what the first one sends.
 * client: echo_client 127.0.0.1 PORT
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

/* Kill them all when that one sleeps. */
static void kill_all_when_asleep(pid_t pid)
{
	char path[64], state = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	while (state != 'S') {
		FILE *f = fopen(path, "r");

		if (!f || fscanf(f, "%*d %*s %c", &state) != 1)
			die(path);
		fclose(f);
	}
	kill(0, SIGKILL);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	struct timeval limit = {10, 0};
	pid_t server = getpid();
	fd_set set, ready;

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	FD_ZERO(&set);
	FD_SET(listenfd, &set);
	FD_SET(connfd, &set);
	if (fork() == 0) {
		close(listenfd);
		close(connfd);
		kill_all_when_asleep(server);
	}
	ready = set;
	if (select(listenfd + 1, &ready, NULL, NULL, &limit) < 0)
		die("select");
	ready = set;
	if (select(connfd + 1, &ready, NULL, NULL, NULL) < 0)
		die("select");
	return 0;
}
