/* st030_good_unix: a Unix datagram server with two names: a socket for each.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/net.h"

/* A name of the kernel's choice, and one behind it. */
static socklen_t name_behind(int fd, struct sockaddr_un *addr)
{
	socklen_t len = sizeof *addr;

	if (getsockname(fd, (struct sockaddr *)addr, &len) < 0)
		die("getsockname");
	addr->sun_path[len - offsetof(struct sockaddr_un, sun_path)] = 'b';
	return len + 1;
}

int main(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), other = socket(AF_UNIX, SOCK_DGRAM, 0);
	socklen_t len;

	if (bind(fd, (struct sockaddr *)&addr, sizeof addr.sun_family) < 0)
		die("bind");
	len = name_behind(fd, &addr);
	if (bind(other, (struct sockaddr *)&addr, len) < 0 || connect(other, (struct sockaddr *)&addr, len) < 0 ||
	    connect(other, (struct sockaddr *)&addr, len) < 0)
		perror("bind");
	close(other);
	close(fd);
	return 0;
}
