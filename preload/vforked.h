/* vforked.h: a child that runs in this memory, with the variables of the thread that made it: who it is, and what its descriptors are. */
#ifndef PRELOAD_VFORKED_H
#define PRELOAD_VFORKED_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/state.h"

/* One is about to be made (`to`: enum thread_borrowed). Returns what has to be given to vforked_take_back once it is gone. */
int vforked_lend(int to);
void vforked_take_back(int borrowed);

/* While variables are lent: the pid of the child of vfork that comes here with them, 0 if it is us: a handler of a signal that comes before
 * there is a child, or when it has gone. -1: a child of clone that runs with them while we do, or any where
 * it may not be asked (SANDBOX_SHY). */
int vforked_who(void);

/* Is it such a child, whose end is not ours, that comes here? */
bool vforked_runs(void);

/* The same, asked only where it may be: a clone may have variables of its own as well (CLONE_SETTLS), in which nothing stands yet. */
static inline bool vforked_ends(void)
{
	return (self.borrowed || !self.tid) && vforked_runs();
}

/* The rest is for that child alone: our table of descriptors is its parent's. */

/* What a descriptor is in that child, as fd_flags says of the parent's, and its socket, 0 if it is none. */
uint32_t vforked_flags(int fd, uint64_t *sock);

/* The first descriptor at or above `from` that is a socket in it, -1 if there is none. */
int vforked_next(int from);

/* How many other descriptors of the child mean the socket of this one. */
int vforked_others(int fd, uint64_t sock);

/* It has made a socket there, or got one. */
void vforked_made(int fd);

#endif
