/* st029_bad_vector: a server that reads a datagram into a header and a body that is too small: advice.
 * grade: advice
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int serverfd = socket(AF_INET, SOCK_DGRAM, 0), clientfd = socket(AF_INET, SOCK_DGRAM, 0);
	char header[4], body[16], message[64] = "head and body";
	struct iovec parts[] = {{header, sizeof header}, {body, sizeof body}};
	socklen_t len = sizeof addr;

	if (bind(serverfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	getsockname(serverfd, (struct sockaddr *)&addr, &len);
	if (sendto(clientfd, message, sizeof message, 0, (struct sockaddr *)&addr, len) < 0)
		die("sendto");
	if (readv(serverfd, parts, 2) < 0) /* the mistake */
		die("readv");
	close(clientfd);
	close(serverfd);
	return 0;
}
