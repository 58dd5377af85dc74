/* st001_bad_client: a client that gives its port without htons, where another one gets through to the server.
 * grade: proved
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

static void ask_rightly(unsigned short port)
{
	char digits[6];

	snprintf(digits, sizeof digits, "%d", port);
	close(open_clientfd("127.0.0.1", digits));
	exit(0);
}

static void ask_wrongly(unsigned short port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int clientfd = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_port = port;
	if (connect(clientfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("connect");
	close(clientfd);
	exit(0);
}

int main(void)
{
	int listenfd = open_listenfd("127.0.0.1", "0");

	while (local_port(listenfd) % 257 == 0) { /* both bytes are the same */
		close(listenfd);
		listenfd = open_listenfd("127.0.0.1", "0");
	}
	if (fork() == 0)
		ask_rightly(local_port(listenfd));
	close(accept(listenfd, NULL, NULL));
	if (fork() == 0)
		ask_wrongly(local_port(listenfd));
	while (wait(NULL) > 0)
		;
	close(listenfd);
	return 0;
}
