/* st024_bad_waitall: a client that waits for an answer from a server that waits until its buffer is full.
 * hangs: yes
 * grade: proved
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

/* Take in a hundred bytes, and tell how many there were. */
static void serve(int listenfd)
{
	int connfd = accept(listenfd, NULL, NULL);
	char bytes[100], answer[100];
	ssize_t n;

	close(listenfd);
	n = recv(connfd, bytes, sizeof bytes, MSG_WAITALL);
	rio_writen(connfd, answer, snprintf(answer, sizeof answer, "%zd bytes\n", n));
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd;
	char port[6], answer[100];
	ssize_t n;

	snprintf(port, sizeof port, "%d", local_port(listenfd));
	if (fork() == 0)
		serve(listenfd);
	close(listenfd);

	clientfd = open_clientfd("127.0.0.1", port);
	rio_writen(clientfd, "hello\n", 6);
	n = read(clientfd, answer, sizeof answer); /* the mistake */
	if (n > 0)
		fwrite(answer, 1, n, stdout);
	close(clientfd);
	wait(NULL);
	return 0;
}
