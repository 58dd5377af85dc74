/* st017_bad_named: a server that asks for each child right behind its fork, when none has ended yet.
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * client: echo_client 127.0.0.1 PORT hello
 * grade: proved
 */
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

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), asked[2];
	char byte;

	if (pipe(asked) < 0)
		die("pipe");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 5; i++) {
		int connfd = accept(listenfd, NULL, NULL);
		pid_t child = fork(); /* the mistake */

		if (child == 0) {
			close(listenfd);
			if (read(asked[0], &byte, 1) < 0)
				die("read");
			echo(connfd);
			close(connfd);
			exit(0);
		}
		waitpid(child, NULL, WNOHANG);
		if (write(asked[1], "!", 1) < 0)
			die("write");
		close(connfd);
	}
	close(listenfd);
	return 0;
}
