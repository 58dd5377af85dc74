/* st034_bad: a server of few descriptors that accepts on and on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { DESCRIPTORS = 8, CLIENTS = 6 };

/* All come at once, and stay for a while. */
static void ask(int listenfd)
{
	int clients[CLIENTS];
	char port[6];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = open_clientfd("127.0.0.1", port);
	usleep(200000);
	for (int i = 0; i < CLIENTS; i++)
		close(clients[i]);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfds[CLIENTS], count = 0;

	if (fork() == 0)
		ask(listenfd);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){DESCRIPTORS, DESCRIPTORS});
	for (int failed = 0; failed < 1000; failed += errno == EMFILE) {
		int connfd = accept(listenfd, NULL, NULL); /* the mistake */

		if (connfd >= 0)
			connfds[count++] = connfd;
	}
	while (count > 0)
		close(connfds[--count]);
	close(listenfd);
	wait(NULL);
	return 0;
}
