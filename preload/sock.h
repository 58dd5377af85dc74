/* sock.h: what the kernel says of a socket. */
#ifndef PRELOAD_SOCK_H
#define PRELOAD_SOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/json.h"

/* The socket's cookie (SO_COOKIE, Linux 4.12: socket(7)), else its inode number; 0 if fd is no socket. */
uint64_t sock_identity(int fd);

/* The same into *identity. Returns whether fd is open at all. */
bool sock_ask(int fd, uint64_t *identity);

/* Of one that has just been made where the kernel may not be asked: a number of our own. */
uint64_t sock_number(void);

uint64_t sock_inode(int fd);
int sock_option(int fd, int option); /* an int of SOL_SOCKET; -1 if it cannot be had */

/* Flags of enum fd_flag for a socket nobody told us of. */
uint32_t sock_flags(int fd);
uint32_t sock_flags_of(int domain, int type); /* the same from what socket() was given */

/* {"fd":3,"sock":77}, without the socket where it is 0. */
void sock_put(struct json *j, int fd, uint64_t sock);

#endif
