/* st020_good_drops: a server that tells all its readers the same at once, and lets go of one that has no room for it.
 * grade: advice
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static char page[64 << 20];

/* Nothing, until the server has let go: then all that is there. */
static void read_late(int listenfd, int gonefd)
{
	char port[6], bytes[65536];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (read(gonefd, bytes, 1) < 0)
		die("read");
	while (read(clientfd, bytes, sizeof bytes) > 0)
		;
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd, gone[2];
	ssize_t n;

	if (pipe(gone) < 0)
		die("pipe");
	if (fork() == 0) {
		close(gone[1]);
		read_late(listenfd, gone[0]);
	}
	connfd = accept(listenfd, NULL, NULL);
	fcntl(connfd, F_SETFL, O_NONBLOCK);
	n = write(connfd, page, sizeof page);
	if (n < (ssize_t)sizeof page) {
		fprintf(stderr, "a reader is too slow: it must connect again\n");
		close(connfd);
	}
	close(gone[1]);
	close(listenfd);
	wait(NULL);
	return 0;
}
