/* st040_good_asks: a server that finds a path in use asks whether anybody is there, and takes it only if not.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/net.h"

static int is_taken(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int taken = connect(fd, (const struct sockaddr *)addr, sizeof *addr) == 0 || errno != ECONNREFUSED;

	close(fd);
	return taken;
}

/* A listener at that path; -1: another server has it. */
static int listen_at(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0) {
		if (is_taken(&addr)) {
			close(listenfd);
			return -1;
		}
		unlink(path);
		if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
			die("bind");
	}
	if (listen(listenfd, 16) < 0)
		die("listen");
	return listenfd;
}

int main(void)
{
	int first;

	close(listen_at("server"));
	first = listen_at("server");
	return first < 0 || listen_at("server") >= 0;
}
