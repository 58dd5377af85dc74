/* st008_good_any_port: a server that leaves its port to the kernel and asks which it is.
 * client: echo_client 127.0.0.1 PORT
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	if (listen(listenfd, 16) < 0)
		die("listen");
	printf("listening on %d\n", local_port(listenfd));
	fflush(stdout);
	close(accept(listenfd, NULL, NULL));
	close(listenfd);
	return 0;
}
