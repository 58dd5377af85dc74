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

/* The descriptor that epfd gives back `data` for, -1 if it is not known, WATCHES_ALIKE if that is so of several; *sock gets its socket, or
 * that of them all, else 0. Takes no longer among many. */
enum { WATCHES_ALIKE = -2 };
int watches_find(int epfd, uint64_t data, uint64_t *sock);

/* fd may be a set, which epfd waits for from now on: whoever waits for epfd waits for its sockets. */
bool watches_is_set(int fd);
void watches_nest(int epfd);

/* Is fd, as poll is given it, of a set that sockets were added to? Asks the kernel, for the number may be another's by now. */
bool watches_by(int fd);

#endif
