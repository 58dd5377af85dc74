/* st015_bad_killed: a forking server whose parent keeps the connected descriptor, and whose client waits for the end until that is killed.
 * grade: proved
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"
#include "net/waiting.h"

enum { WAIT_US = 200000 };

/* Each child says on `served` that it is done. */
static void serve(int listenfd, int served)
{
	char line[100];
	ssize_t n;

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int connfd = accept(listenfd, NULL, NULL);

		if (fork() == 0) { /* the mistake */
			close(listenfd);
			while ((n = read(connfd, line, sizeof line)) > 0)
				rio_writen(connfd, line, n);
			close(connfd);
			rio_writen(served, ".", 1);
			exit(0);
		}
	}
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd, served[2];
	char port[6], line[100];
	pid_t server;

	if (pipe(served) != 0)
		die("pipe");
	snprintf(port, sizeof port, "%d", local_port(listenfd));
	server = fork();
	if (server == 0)
		serve(listenfd, served[1]);
	close(listenfd);

	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	if (read(clientfd, line, sizeof line) != 6)
		die("read");
	while (process_state(server) != 'S') /* in accept again */
		;
	if (fork() == 0) {
		if (read(served[0], line, 1) != 1)
			die("read");
		usleep(WAIT_US);
		kill(server, SIGKILL);
		exit(0);
	}
	shutdown(clientfd, SHUT_WR);
	if (read(clientfd, line, sizeof line) != 0)
		die("read");
	close(clientfd);
	while (wait(NULL) > 0)
		;
	return 0;
}
