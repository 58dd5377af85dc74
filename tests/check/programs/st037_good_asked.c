/* st037_good_asked: a client that is told to connect to 255.255.255.255, and says that this does not work.
 * args: 255.255.255.255 FREE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 3 || inet_pton(AF_INET, argv[1], &addr.sin_addr) != 1)
		return 1;
	addr.sin_port = htons(atoi(argv[2]));
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		perror("connect");
	close(clientfd);
	return 0;
}
