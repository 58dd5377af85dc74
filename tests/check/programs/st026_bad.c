/* st026_bad: a client that writes at once on a socket that is still being connected.
 * args: 127.0.0.1 FREE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int clientfd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (argc != 3 || inet_pton(AF_INET, argv[1], &addr.sin_addr) != 1)
		return 1;
	addr.sin_port = htons(atoi(argv[2]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return 1;
	if (send(clientfd, "hello\n", 6, MSG_NOSIGNAL) < 0) /* the mistake */
		perror("send");
	close(clientfd);
	return 0;
}
