/* st022_good_killed: a server that asks some hundred times before it waits, and is killed before it comes to that.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { TRIES = 500 };

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;
	char port[6], line[100];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (open_clientfd("127.0.0.1", port) < 0)
		return 1;
	connfd = accept(listenfd, NULL, NULL);
	fcntl(connfd, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < TRIES; i++)
		if (read(connfd, line, sizeof line) >= 0)
			return 1;
	raise(SIGKILL);
	poll(&(struct pollfd){.fd = connfd, .events = POLLIN}, 1, -1);
	return 0;
}
