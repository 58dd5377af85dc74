/* st038_bad_send: the same client with connect, which succeeds, as does send.
 * args: 127.0.0.1 FREE
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
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 3 || inet_pton(AF_INET, argv[1], &addr.sin_addr) != 1)
		return 1;
	addr.sin_port = htonl(atoi(argv[2]));
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("connect");
	if (send(fd, "hello\n", 6, 0) < 0)
		perror("send");
	close(fd);
	return 0;
}
