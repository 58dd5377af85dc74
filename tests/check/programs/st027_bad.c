/* st027_bad: a client that tries one of two addresses, of which the server has the other.
 * server: echo_server --once 1 --host 127.0.0.1 0
 * args: PORT
 * before: yes
 * client: echo_client 127.0.0.1 PORT hello
 */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

/* Both loopback addresses, whatever /etc/hosts says; the one that is refused first. */
static struct addrinfo *find(const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL, *last;

	if (getaddrinfo(NULL, port, &hints, &list) != 0 || !list->ai_next)
		return NULL;
	if (list->ai_family == AF_INET6)
		return list;
	last = list->ai_next;
	last->ai_next = list;
	list->ai_next = NULL;
	return last;
}

static int try(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);

	if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) /* the mistake */
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int main(int argc, char **argv)
{
	struct addrinfo *list = argc == 2 ? find(argv[1]) : NULL;
	int clientfd = -1;

	if (!list)
		return 1;
	clientfd = try(list);
	if (clientfd >= 0)
		rio_writen(clientfd, "hello\n", 6);
	if (clientfd < 0)
		fputs("no connection\n", stderr);
	return 0;
}
