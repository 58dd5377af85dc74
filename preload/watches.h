/* watches.h: which sockets the process's epoll sets wait for. No locks, as in fdtable.h. */
#ifndef PRELOAD_WATCHES_H
#define PRELOAD_WATCHES_H

#include <stdbool.h>
#include <stdint.h>

/* epfd is a new epoll set's: what was added to one of this number is nothing to it. */
void watches_begin(int epfd);

/* In a sandbox there is no more memory: have it beforehand for the first few thousand. */
void watches_secure(void);

/* How many there have been. */
extern _Atomic uint32_t watches_sets;

/* newfd is a copy of oldfd, which is no socket: of the same epoll set, if it is one's. */
void watches_copy(int oldfd, int newfd);

/* The set of epoll descriptor `epfd` waits for the socket fd, and gives back `data` from now on. A descriptor may be waited for by several. */
void watches_put(int fd, int epfd, uint64_t data);

/* Not any more. */
void watches_drop(int fd, int epfd);

/* Has a socket been added to it? */
bool watches_any(int epfd);

/* The descriptor that epfd gives back `data` for, one of them if there are several, -1 if it is not known. Takes no longer among many. */
int watches_find(int epfd, uint64_t data);

#endif
