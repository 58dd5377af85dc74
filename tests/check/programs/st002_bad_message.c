/* st002_bad_message: a client of datagrams that gives sendmsg the loopback address in the host's order.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct iovec part = {.iov_base = "hello", .iov_len = 5};
	struct msghdr message = {.msg_name = &addr, .msg_namelen = sizeof addr, .msg_iov = &part, .msg_iovlen = 1};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1;

	/* Nothing leaves this machine. */
	if (setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &one, sizeof one) < 0)
		die("setsockopt");
	addr.sin_addr.s_addr = INADDR_LOOPBACK;
	if (sendmsg(fd, &message, 0) < 0) /* the mistake */
		perror("sendmsg");
	close(fd);
	return 0;
}
