/* st001_good_chance: a client that was told a port where nobody is, the swapped one of what the kernel gave to a server.
 * server: echo_server --once 1 0
 * args: 127.0.0.1 SWAPPED
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <unistd.h>

#include "net/net.h"

int main(int argc, char **argv)
{
	int clientfd = argc == 3 ? open_clientfd(argv[1], argv[2]) : -1;

	if (clientfd >= 0)
		close(clientfd);
	return 0;
}
