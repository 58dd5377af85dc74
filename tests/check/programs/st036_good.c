/* st036_good: a client that sends each question in one write.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

enum { QUESTIONS = 30 };

/* A question has 12 bytes, an answer one. */
static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL), got = 0;
	char part[12];
	ssize_t n;

	close(listenfd);
	while ((n = read(connfd, part, sizeof part - got)) > 0) {
		got = (got + n) % sizeof part;
		if (!got)
			rio_writen(connfd, "!", 1);
	}
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], answer;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (fork() == 0)
		serve(listenfd);
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	for (int i = 0; i < QUESTIONS; i++) {
		if (write(clientfd, "headand body", 12) < 0)
			return 1;
		if (read(clientfd, &answer, 1) != 1)
			return 1;
	}
	close(clientfd);
	wait(NULL);
	return 0;
}
