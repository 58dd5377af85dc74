/* st005_bad_padding: a server that sets all but sin_zero: Linux does not look at it.
 * grade: advice
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr;
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&addr, 0x5a, sizeof addr);
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(0);
	setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) /* the mistake */
		die("bind");
	close(listenfd);
	return 0;
}
