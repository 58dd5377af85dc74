/* st035_good: a server that reads its client's lines as they come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void tell(int listenfd)
{
	char port[6], text[1000];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	memset(text, 'x', sizeof text);
	rio_writen(clientfd, text, sizeof text);
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	char part[100];

	if (fork() == 0)
		tell(listenfd);
	connfd = accept(listenfd, NULL, NULL);
	while (read(connfd, part, sizeof part) > 0)
		;
	close(connfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
