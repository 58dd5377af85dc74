/* st023_bad_shut_down: a client that goes on writing to a server that has shut its end down, and read the end that this made.
 * grade: proved
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void write_on(int listenfd, int toldfd)
{
	char port[6], line[100];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	if (read(toldfd, line, 1) != 1)
		die("read");
	for (;;) {
		write(clientfd, "more\n", 5); /* the mistake */
		usleep(10000);
	}
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd, told[2];
	char line[100];

	if (pipe(told) != 0)
		die("pipe");
	if (fork() == 0)
		write_on(listenfd, told[0]);
	connfd = accept(listenfd, NULL, NULL);
	if (read(connfd, line, sizeof line) != 6)
		die("read");
	shutdown(connfd, SHUT_RDWR);
	if (read(connfd, line, sizeof line) != 0)
		die("read");
	rio_writen(told[1], ".", 1);
	wait(NULL);
	close(connfd);
	close(listenfd);
	return 0;
}
