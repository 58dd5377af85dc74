/* st021_bad: a client that sends its whole buffer, with what lies behind the line.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 PORT
 */
#include <stdio.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	char line[100] = "hello\n";
	int clientfd;

	if (argc != 3)
		return 1;
	clientfd = open_clientfd(argv[1], argv[2]);
	if (write(clientfd, line, sizeof line) < 0) /* the mistake */
		perror("write");
	if (read(clientfd, line, sizeof line) < 0)
		perror("read");
	close(clientfd);
	return 0;
}
