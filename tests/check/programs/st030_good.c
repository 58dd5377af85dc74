/* st030_good: a client that asks twice, each time with a socket of its own.
 * server: echo_server --once 2 0
 * args: 127.0.0.1 PORT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in addr = {.sin_family = AF_INET};

static void ask(int clientfd)
{
	char line[100];

	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) {
		perror("connect");
		return;
	}
	if (write(clientfd, "hello\n", 6) < 0 || shutdown(clientfd, SHUT_WR) < 0)
		perror("write");
	while (read(clientfd, line, sizeof line) > 0)
		;
}

int main(int argc, char **argv)
{
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 3 || inet_pton(AF_INET, argv[1], &addr.sin_addr) != 1)
		return 1;
	addr.sin_port = htons(atoi(argv[2]));
	ask(clientfd);
	close(clientfd);
	clientfd = socket(AF_INET, SOCK_STREAM, 0);
	ask(clientfd);
	close(clientfd);
	return 0;
}
