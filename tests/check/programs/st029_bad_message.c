/* st029_bad_message: a server that recvmsg tells in msg_flags that a datagram was too long: advice, for it may look there.
 * grade: advice
 */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int serverfd = socket(AF_INET, SOCK_DGRAM, 0), clientfd = socket(AF_INET, SOCK_DGRAM, 0);
	char question[1000] = "?", room[512];
	struct iovec part = {.iov_base = room, .iov_len = sizeof room};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	socklen_t len = sizeof addr;

	if (bind(serverfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	getsockname(serverfd, (struct sockaddr *)&addr, &len);
	if (sendto(clientfd, question, sizeof question, 0, (struct sockaddr *)&addr, len) < 0)
		die("sendto");
	if (recvmsg(serverfd, &message, 0) < 0) /* the mistake */
		die("recvmsg");
	if (message.msg_flags & MSG_TRUNC)
		printf("too long: ask again\n");
	close(clientfd);
	close(serverfd);
	return 0;
}
