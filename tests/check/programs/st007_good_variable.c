/* st007_good_variable: a server that shares its port on purpose, by a variable that is not the one that joins the two.
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
	int wrong = SO_REUSEADDR | SO_REUSEPORT, right = SO_REUSEPORT;

	if (wrong != right)
		return 1;
	setsockopt(fd, SOL_SOCKET, right, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(fd, 16) < 0)
		die("listen");
	close(fd);
	return 0;
}
