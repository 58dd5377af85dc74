/* st024_good_write: a client that sends a long text in parts, and reads what its server gives back of each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { PART = 4096, PARTS = 1024 };

static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	char part[PART];
	ssize_t n;

	close(listenfd);
	while ((n = read(connfd, part, sizeof part)) > 0)
		rio_writen(connfd, part, n);
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], part[PART] = "text";

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (fork() == 0)
		serve(listenfd);
	close(listenfd);

	clientfd = open_clientfd("127.0.0.1", port);
	for (int i = 0; i < PARTS; i++) {
		rio_writen(clientfd, part, sizeof part);
		for (ssize_t n = 1, sum = 0; n > 0 && sum < PART; sum += n)
			n = read(clientfd, part, sizeof part);
	}
	close(clientfd);
	wait(NULL);
	return 0;
}
