/* st030_bad_unix: a Unix datagram server that gives its socket a second name, for those who know it by that.
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
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	socklen_t len;

	if (bind(fd, (struct sockaddr *)&addr, sizeof addr.sun_family) < 0)
		die("bind");
	len = name_behind(fd, &addr);
	if (bind(fd, (struct sockaddr *)&addr, len) < 0) /* the mistake */
		perror("bind");
	close(fd);
	return 0;
}
