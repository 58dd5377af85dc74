/* st038_bad_connect: a client that takes atoi for the name of a service.
 * args: 127.0.0.1 echo
 * grade: proved
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
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("connect");
	close(clientfd);
	return 0;
}
