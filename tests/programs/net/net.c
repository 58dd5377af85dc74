/* net: opening TCP sockets and robust reading and writing, in the manner of CS:APP chapters 10 and 11. */
#include "net/net.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 16 };

void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The addresses of host:port for a stream socket, or NULL with a message. */
static struct addrinfo *find_addresses(const char *host, const char *port, int flags)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV | AI_ADDRCONFIG};
	struct addrinfo *found;
	int error = getaddrinfo(host, port, &hints, &found);

	if (error) {
		fprintf(stderr, "%s:%s: %s\n", host ? host : "*", port, gai_strerror(error));
		return NULL;
	}
	return found;
}

int open_clientfd(const char *host, const char *port)
{
	struct addrinfo *list = find_addresses(host, port, 0);
	int fd = -1;

	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
		if (fd < 0)
			continue;
		if (connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
			perror("connect");
			close(fd);
			fd = -1;
		}
	}
	if (list)
		freeaddrinfo(list);
	return fd;
}

int open_listenfd(const char *host, const char *port)
{
	struct addrinfo *list = find_addresses(host, port, AI_PASSIVE);
	int fd = -1;

	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
		if (fd < 0)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
		if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
			perror("bind");
			close(fd);
			fd = -1;
		}
	}
	if (list)
		freeaddrinfo(list);
	return fd;
}

unsigned short local_port(int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;

	if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		die("getsockname");
	if (addr.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&addr)->sin6_port);
	return ntohs(((struct sockaddr_in *)&addr)->sin_port);
}

void rio_readinitb(struct rio *rio, int fd)
{
	rio->fd = fd;
	rio->unread = 0;
	rio->next = rio->bytes;
}

/* Make sure that there is a byte to take. 1; 0 at the end of the file; -1 with errno. */
static int rio_fill(struct rio *rio)
{
	ssize_t n = 0;

	if (rio->unread > 0)
		return 1;
	do
		n = read(rio->fd, rio->bytes, sizeof rio->bytes);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n;
	rio->unread = n;
	rio->next = rio->bytes;
	return 1;
}

ssize_t rio_readlineb(struct rio *rio, char *line, size_t size)
{
	size_t len = 0;

	while (len + 1 < size) {
		int filled = rio_fill(rio);

		if (filled < 0)
			return -1;
		if (filled == 0)
			break;
		line[len++] = *rio->next++;
		rio->unread--;
		if (line[len - 1] == '\n')
			break;
	}
	line[len] = '\0';
	return len;
}

ssize_t rio_writen(int fd, const void *bytes, size_t n)
{
	size_t left = n;

	while (left > 0) {
		ssize_t written = write(fd, (const char *)bytes + (n - left), left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		left -= written;
	}
	return n;
}
