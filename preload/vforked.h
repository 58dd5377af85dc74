/* vforked.h: the descriptors of a child that runs in this memory: our table is its parent's. */
#ifndef PRELOAD_VFORKED_H
#define PRELOAD_VFORKED_H

#include <stdint.h>

/* What a descriptor is in that child, as fd_flags says of the parent's, and its socket, 0 if it is none. */
uint32_t vforked_flags(int fd, uint64_t *sock);

/* The first descriptor at or above `from` that is a socket in it, -1 if there is none. */
int vforked_next(int from);

/* How many other descriptors of the child mean the socket of this one. */
int vforked_others(int fd, uint64_t sock);

/* It has made a socket there, or got one. */
void vforked_made(int fd);

/* It is gone. */
void vforked_ended(void);

#endif
