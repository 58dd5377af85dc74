/* net.h: opening TCP sockets and robust reading and writing, in the manner of CS:APP chapters 10 and 11. */
#ifndef PROGRAMS_NET_H
#define PROGRAMS_NET_H

#include <stddef.h>
#include <sys/types.h>

/* A descriptor connected to the first address of host:port that answers. -1: none did, stderr says why. */
int open_clientfd(const char *host, const char *port);

/* A descriptor listening on port ("0": the kernel's choice) of a local address (NULL: of all). -1: stderr says why. */
int open_listenfd(const char *host, const char *port);

/* The port that a TCP or UDP socket is bound to, in host order. */
unsigned short local_port(int fd);

/* A descriptor with a buffer, so that a line does not cost a read a byte. */
struct rio {
	int fd;
	size_t unread; /* bytes at `next` */
	const char *next;
	char bytes[8192];
};

void rio_readinitb(struct rio *rio, int fd);

/* The next line with its newline, NUL-terminated, cut at size - 1 bytes. Its length; 0 at the end; -1 with errno. */
ssize_t rio_readlineb(struct rio *rio, char *line, size_t size);

/* Write all of n bytes. n, or -1 with errno. */
ssize_t rio_writen(int fd, const void *bytes, size_t n);

/* perror and exit 1. */
void die(const char *what) __attribute__((noreturn));

#endif
