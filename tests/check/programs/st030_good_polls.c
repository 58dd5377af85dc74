/* st030_good_polls: a client that calls connect again and again to learn when a non-blocking one is done.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
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
	while (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0 || errno != EISCONN)
		usleep(1000);
	close(clientfd);
	return 0;
}
