/* st040_good: a server that removes what is left of the last one.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/net.h"

/* Make a socket at that path, as if for a server's life, and let it go. */
static void serve(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	unlink(path);
	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		perror("bind");
	else if (listen(listenfd, 16) < 0)
		die("listen");
	close(listenfd);
}

int main(void)
{
	serve("server");
	serve("server");
	return 0;
}
