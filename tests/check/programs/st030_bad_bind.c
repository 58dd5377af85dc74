/* st030_bad_bind: a server that calls listen first, and then bind.
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0), connfd;
	char line[100];
	ssize_t n;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listen(listenfd, 16);
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("bind");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	connfd = accept(listenfd, NULL, NULL);
	while ((n = read(connfd, line, sizeof line)) > 0)
		rio_writen(connfd, line, n);
	close(connfd);
	close(listenfd);
	return 0;
}
