/* st037_good_broadcast: datagrams to all machines of the network, and from there. None is sent.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct sockaddr_in all = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_BROADCAST)};
	int receivefd = socket(AF_INET, SOCK_DGRAM, 0), sendfd = socket(AF_INET, SOCK_DGRAM, 0);

	if (bind(receivefd, (struct sockaddr *)&all, sizeof all) < 0)
		perror("bind");
	setsockopt(sendfd, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int));
	all.sin_port = htons(9);
	if (connect(sendfd, (struct sockaddr *)&all, sizeof all) < 0)
		perror("connect");
	close(receivefd);
	close(sendfd);
	return 0;
}
