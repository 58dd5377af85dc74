/* st038_good_unasked: a server at any port, which nobody has told another; no client comes.
 */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listenfd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listenfd, (struct sockaddr *)&addr, sizeof addr) < 0)
		die("bind");
	if (listen(listenfd, 16) < 0)
		die("listen");
	close(listenfd);
	return 0;
}
