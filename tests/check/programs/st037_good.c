/* st037_good: the same client, which looks the name up.
 * server: echo_server --once 1 0
 * args: localhost PORT
 */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
	int clientfd = socket(AF_INET, SOCK_STREAM, 0), error;

	if (argc != 3)
		return 1;
	if ((error = getaddrinfo(argv[1], argv[2], &hints, &list)) != 0) {
		fprintf(stderr, "%s: %s\n", argv[1], gai_strerror(error));
		return 1;
	}
	if (connect(clientfd, list->ai_addr, list->ai_addrlen) < 0)
		perror("connect");
	freeaddrinfo(list);
	close(clientfd);
	return 0;
}
