/* st014_bad_client: a client that asks again and again, each time on a new connection, and closes none.
 * server: echo_server --once 4 0
 * args: 127.0.0.1 PORT
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	char line[100];

	if (argc != 3)
		return 1;
	for (int i = 0; i < 4; i++) {
		int clientfd = open_clientfd(argv[1], argv[2]);

		rio_writen(clientfd, "hello\n", 6);
		shutdown(clientfd, SHUT_WR);
		while (read(clientfd, line, sizeof line) > 0) /* the mistake */
			;
	}
	return 0;
}
