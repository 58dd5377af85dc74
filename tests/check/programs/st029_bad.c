/* st029_bad: a server that reads a datagram as it would read a connection: the length first, then as many bytes.
 * hangs: yes
 * grade: probable
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

struct request {
	uint32_t length;
	char text[60];
};

static void ask(int port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	struct request request = {.text = "what time is it?"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	size_t length = strlen(request.text);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons(port);
	request.length = htonl(length);
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0 ||
	    send(fd, &request, sizeof request.length + length, 0) < 0 || recv(fd, &request, sizeof request, 0) < 0)
		die("ask");
	close(fd);
	exit(0);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct request request = {0};

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (fork() == 0)
		ask(local_port(fd));
	if (recv(fd, &request.length, sizeof request.length, 0) < 0) /* the mistake */
		die("recv");
	if (recv(fd, request.text, ntohl(request.length), 0) < 0)
		die("recv");
	printf("%s\n", request.text);
	close(fd);
	wait(NULL);
	return 0;
}
