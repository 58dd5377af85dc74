/* st037_bad: a client that takes inet_addr for a name.
 * args: localhost FREE
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

	if (argc != 3)
		return 1;
	addr.sin_port = htons(atoi(argv[2]));
	addr.sin_addr.s_addr = inet_addr(argv[1]);
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("connect");
	close(clientfd);
	return 0;
}
