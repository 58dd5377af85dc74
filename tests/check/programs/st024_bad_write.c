/* st024_bad_write: a client that sends all of a long text before it reads what its server gives back of it.
 * hangs: yes
 * grade: probable
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { MUCH = 64 << 20 };

static char text[MUCH];

static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	ssize_t n;

	close(listenfd);
	while ((n = read(connfd, text, sizeof text)) > 0)
		if (write(connfd, text, n) != n)
			perror("write");
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6];

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (fork() == 0)
		serve(listenfd);
	close(listenfd);

	clientfd = open_clientfd("127.0.0.1", port);
	if (write(clientfd, text, sizeof text) != MUCH) /* the mistake */
		perror("write");
	for (ssize_t n = 1, sum = 0; n > 0 && sum < MUCH; sum += n)
		n = read(clientfd, text, sizeof text);
	close(clientfd);
	wait(NULL);
	return 0;
}
