/* st022_bad_spins: a server that asks a non-blocking descriptor again and again instead of waiting for it.
 * grade: probable
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void ask(int listenfd)
{
	char port[6], byte;
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(clientfd, &byte, 1) < 0)
		perror("read");
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	char line[100];

	if (fork() == 0)
		ask(listenfd);
	connfd = accept4(listenfd, NULL, NULL, SOCK_NONBLOCK);
	for (int i = 0; i < 20000; i++)
		if (read(connfd, line, sizeof line) >= 0 || errno != EAGAIN) /* the mistake */
			break;
	rio_writen(connfd, "\n", 1);
	close(connfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
