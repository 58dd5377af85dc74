/* st023_bad_child: a server with a child for each client, which writes until its client has enough: SIGPIPE ends no more than that.
 * grade: advice
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { CLIENTS = 2 };

static void take_one(int listenfd)
{
	char port[6], line[100];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(clientfd, line, sizeof line) < 0)
		perror("read");
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	for (int i = 0; i < CLIENTS; i++)
		if (fork() == 0)
			take_one(listenfd);
	for (int i = 0; i < CLIENTS; i++) {
		int connfd = accept(listenfd, NULL, NULL);

		if (fork() == 0) {
			close(listenfd);
			for (;;) {
				write(connfd, "chargen\n", 8); /* the mistake */
				usleep(10000);
			}
		}
		close(connfd);
	}
	while (wait(NULL) > 0)
		;
	close(listenfd);
	return 0;
}
