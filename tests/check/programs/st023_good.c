/* st023_good: a server that ignores SIGPIPE and looks at what write returns.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);

	signal(SIGPIPE, SIG_IGN);

	int connfd = accept(listenfd, NULL, NULL);
	char line[100];
	ssize_t n;

	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	for (int i = 0; i < 2; i++)
		if (write(connfd, "bye\n", 4) < 0)
			perror("write");
	close(connfd);
	close(listenfd);
	return 0;
}
