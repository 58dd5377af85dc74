/* st015_bad_exec: a server whose children become other programs, and that keeps their connections itself.
 * client: echo_client 127.0.0.1 PORT
 * client: echo_client 127.0.0.1 PORT
 * grade: proved
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	fcntl(listenfd, F_SETFD, FD_CLOEXEC);
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		int connfd = accept4(listenfd, NULL, NULL, SOCK_CLOEXEC);

		if (fork() == 0) { /* the mistake */
			dup2(connfd, STDIN_FILENO);
			dup2(connfd, STDOUT_FILENO);
			execlp("cat", "cat", NULL);
			exit(127);
		}
		wait(NULL);
	}
	close(listenfd);
	return 0;
}
