/* st014_good_client: a client that has three connections at once, and ends with them: the kernel closes.
 * server: echo_server_thread 3 0
 * args: 127.0.0.1 PORT
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	int clients[3];
	char line[100];

	if (argc != 3)
		return 1;
	for (int i = 0; i < 3; i++)
		clients[i] = open_clientfd(argv[1], argv[2]);
	for (int i = 0; i < 3; i++) {
		rio_writen(clients[i], "hello\n", 6);
		shutdown(clients[i], SHUT_WR);
		while (read(clients[i], line, sizeof line) > 0)
			;
	}
	return 0;
}
