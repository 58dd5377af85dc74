/* st024_good_idle: a server that waits for the next question of a client which keeps its connection, and does something else.
 * hangs: yes
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	char bytes[100];
	ssize_t n;

	close(listenfd);
	while ((n = read(connfd, bytes, sizeof bytes)) > 0)
		rio_writen(connfd, bytes, n);
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], answer[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (fork() == 0)
		serve(listenfd);

	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	if (read(clientfd, answer, sizeof answer) < 0)
		perror("read");
	/* Nobody connects: what it does in the meantime takes long. */
	poll(&(struct pollfd){.fd = listenfd, .events = POLLIN}, 1, -1);
	close(clientfd);
	wait(NULL);
	return 0;
}
