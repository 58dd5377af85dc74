/* st029_good_two: a server that reads a datagram with a header and one with a body, as they were sent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	char text[12];
	int sv[2], length = sizeof text;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sv) < 0)
		die("socketpair");
	if (fork() == 0) {
		if (write(sv[1], &length, sizeof length) < 0 || write(sv[1], "hello world", sizeof text) < 0)
			die("write");
		exit(0);
	}
	wait(NULL);
	if (read(sv[0], &length, sizeof length) < 0 || read(sv[0], text, length) < 0)
		die("read");
	close(sv[0]);
	close(sv[1]);
	return 0;
}
