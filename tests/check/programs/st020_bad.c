/* st020_bad: a server that writes once what does not go out at once.
 * grade: proved
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static char page[64 << 20];

static void read_all(int listenfd)
{
	char port[6], bytes[65536];
	int clientfd;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	while (read(clientfd, bytes, sizeof bytes) > 0)
		;
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), connfd;

	if (fork() == 0)
		read_all(listenfd);
	connfd = accept(listenfd, NULL, NULL);
	fcntl(connfd, F_SETFL, O_NONBLOCK);
	if (write(connfd, page, sizeof page) < 0) /* the mistake */
		perror("write");
	close(connfd);
	close(listenfd);
	wait(NULL);
	return 0;
}
