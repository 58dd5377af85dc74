/* st026_good: a client that asks what became of its connect before it writes.
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

	struct pollfd p = {.fd = clientfd, .events = POLLOUT};
	int error = 0;

	if (poll(&p, 1, -1) < 0 || getsockopt(clientfd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error}) < 0)
		return 1;
	if (!error && send(clientfd, "hello\n", 6, MSG_NOSIGNAL) < 0)
		perror("send");
	close(clientfd);
	return 0;
}
