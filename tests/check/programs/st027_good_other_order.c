/* st027_good_other_order: a client that asks at all addresses of a list, at the server's first.
 * server: echo_server --once 1 --host 127.0.0.1 0
 * args: PORT
 */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

static void ask_all(const struct addrinfo *list, int family)
{
	for (const struct addrinfo *a = list; a; a = a->ai_next) {
		int fd = a->ai_family == family ? socket(a->ai_family, a->ai_socktype, a->ai_protocol) : -1;

		if (fd < 0)
			continue;
		printf("%s: %s\n", family == AF_INET ? "IPv4" : "IPv6",
		       connect(fd, a->ai_addr, a->ai_addrlen) == 0 ? "open" : "closed");
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;

	if (argc != 2 || getaddrinfo(NULL, argv[1], &hints, &list) != 0)
		return 1;
	ask_all(list, AF_INET);
	ask_all(list, AF_INET6);
	freeaddrinfo(list);
	return 0;
}
