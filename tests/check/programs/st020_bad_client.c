/* st020_bad_client: a client whose descriptor does not wait writes once, says that this was all, and reads the answer.
 * grade: proved
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static char question[64 << 20];

/* Nothing until the client has written: who reads meanwhile may be fast enough. */
static void serve(int listenfd, int writtenfd)
{
	static char bytes[65536];
	int connfd = accept(listenfd, NULL, NULL);

	if (read(writtenfd, bytes, 1) < 0)
		die("read");
	while (read(connfd, bytes, sizeof bytes) > 0)
		;
	rio_writen(connfd, "thanks\n", 7);
	close(connfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0"), clientfd, written[2];
	char port[6], line[100];

	if (pipe(written) < 0)
		die("pipe");
	if (fork() == 0) {
		close(written[1]);
		serve(listenfd, written[0]);
	}
	snprintf(port, sizeof port, "%d", local_port(listenfd));
	close(listenfd);
	clientfd = open_clientfd("127.0.0.1", port);
	fcntl(clientfd, F_SETFL, O_NONBLOCK);
	if (write(clientfd, question, sizeof question) < 0) /* the mistake */
		perror("write");
	close(written[1]);
	shutdown(clientfd, SHUT_WR);
	fcntl(clientfd, F_SETFL, 0);
	while (read(clientfd, line, sizeof line) > 0)
		;
	close(clientfd);
	wait(NULL);
	return 0;
}
