/* st029_bad_pair: a parent that reads its child's message, on a pair of Unix datagram sockets, in two parts.
 * grade: probable
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

struct message {
	int length;
	char text[12];
};

int main(void)
{
	struct message message = {.length = 12, .text = "hello world"};
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) < 0)
		die("socketpair");
	if (fork() == 0) {
		if (write(sv[1], &message, sizeof message) < 0)
			die("write");
		exit(0);
	}
	wait(NULL);
	if (read(sv[0], &message.length, sizeof message.length) < 0) /* the mistake */
		die("read");
	if (recv(sv[0], message.text, message.length, MSG_DONTWAIT) < 0)
		perror("recv");
	close(sv[0]);
	close(sv[1]);
	return 0;
}
