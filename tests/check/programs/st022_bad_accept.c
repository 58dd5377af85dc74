/* st022_bad_accept: a server whose listener does not block, and which calls accept until somebody comes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { MANY = 1000 };

static void ask(int listenfd, int waitfd)
{
	char port[6], byte;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	if (read(waitfd, &byte, 1) != 1)
		exit(1);
	close(open_clientfd("127.0.0.1", port));
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd, tried[2];

	if (pipe(tried) < 0)
		die("pipe");
	if (fork() == 0)
		ask(listenfd, tried[0]);
	fcntl(listenfd, F_SETFL, O_NONBLOCK);
	for (int i = 0; (connfd = accept(listenfd, NULL, NULL)) < 0; i++) /* the mistake */
		if (i == MANY && write(tried[1], "!", 1) != 1)
			die("write");
	close(connfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
