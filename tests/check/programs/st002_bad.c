/* st002_bad: a server that gives its address without htonl.
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
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	addr.sin_addr.s_addr = INADDR_LOOPBACK;
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		perror("bind");
	close(listenfd);
	return 0;
}
