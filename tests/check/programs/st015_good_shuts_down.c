/* st015_good_shuts_down: a server whose children send the end by shutdown, and that closes its own copies when all are done.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { CLIENTS = 2 };

static void echo(int connfd)
{
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	shutdown(connfd, SHUT_RDWR);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfds[CLIENTS];

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < CLIENTS; i++) {
		connfds[i] = accept(listenfd, NULL, NULL);
		if (fork() == 0) {
			close(listenfd);
			echo(connfds[i]);
			close(connfds[i]);
			exit(0);
		}
	}
	for (int i = 0; i < CLIENTS; i++)
		wait(NULL);
	for (int i = 0; i < CLIENTS; i++)
		close(connfds[i]);
	return 0;
}
