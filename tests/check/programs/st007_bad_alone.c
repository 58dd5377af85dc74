/* st007_bad_alone: a server that shares its port on purpose, and names the other mistake in a comment: advice.
 * grade: advice
 */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	socklen_t len = sizeof one;

	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, len); /* the mistake */ /* not SO_REUSEADDR | SO_REUSEPORT */
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(fd, 16) < 0)
		die("listen");
	close(fd);
	return 0;
}
