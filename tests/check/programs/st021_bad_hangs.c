/* st021_bad_hangs: a client that sends its whole buffer, in which no newline ends the line that its server waits for.
 * hangs: yes
 * grade: probable
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	struct rio rio;
	char line[1000];
	ssize_t n;

	close(listenfd);
	rio_readinitb(&rio, connfd);
	while ((n = rio_readlineb(&rio, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], line[100] = "hello";

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (fork() == 0)
		serve(listenfd);
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	if (write(clientfd, line, sizeof line) < 0) /* the mistake */
		perror("write");
	if (read(clientfd, line, sizeof line) < 0)
		perror("read");
	close(clientfd);
	wait(NULL);
	return 0;
}
