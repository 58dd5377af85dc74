/* st007_bad_variable: a server that takes options for flags, in a variable.
 * client: echo_client 127.0.0.1 PORT
 * grade: proved
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	int options = SO_REUSEADDR | SO_REUSEPORT;

	setsockopt(listenfd, SOL_SOCKET, options, &on, sizeof on); /* the mistake */
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
