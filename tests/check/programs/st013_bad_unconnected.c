/* st013_bad_unconnected: a client that forgets connect.
 * grade: proved
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	char line[100];
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	if (read(clientfd, line, sizeof line) < 0) /* the mistake */
		perror("read");
	close(clientfd);
	return 0;
}
