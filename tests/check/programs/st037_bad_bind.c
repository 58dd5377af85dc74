/* st037_bad_bind: a server that takes inet_addr for a name: bind and listen succeed, and nobody gets there.
 * client: echo_client 127.0.0.1 PORT hello
 * hangs: yes
 * grade: proved
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr("localhost")};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
