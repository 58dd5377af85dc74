/* st010_bad: a server that lets nobody wait.
 * client: echo_client 127.0.0.1 PORT
 * client: echo_client 127.0.0.1 PORT
 * client: echo_client 127.0.0.1 PORT
 * together: yes
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"
#include "net/waiting.h"

enum { CLIENTS = 3 };

/* Something that a server does before it accepts: here until clients wait for it. */
static void prepare(int port)
{
	for (int looks = 0; looks < 20; usleep(5000))
		if (connects_waiting(port))
			looks++;
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(listenfd, 0) < 0) /* the mistake */
		die("listen");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	prepare(local_port(listenfd));
	for (int i = 0; i < CLIENTS; i++)
		close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
