/* st013_good_refused_first: a client that finds its server at the second address.
 * args: PORT
 * server: echo_server --once 1 0
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	static const char *const hosts[] = {"127.0.0.2", "127.0.0.1"};
	struct sockaddr_in addr = {.sin_family = AF_INET};
	char line[10];

	if (argc != 2)
		return 1;
	addr.sin_port = htons(atoi(argv[1]));
	for (int i = 0; i < 2; i++) {
		int clientfd = socket(AF_INET, SOCK_STREAM, 0);

		inet_pton(AF_INET, hosts[i], &addr.sin_addr);
		if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) == 0) {
			rio_writen(clientfd, "hello\n", 6);
			if (read(clientfd, line, sizeof line) != 6)
				return 1;
		}
		close(clientfd);
	}
	return 0;
}
