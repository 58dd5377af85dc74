/* fdtable.h: which descriptors of this process are sockets. No locks: whoever made or closed one writes its entry. */
#ifndef PRELOAD_FDTABLE_H
#define PRELOAD_FDTABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FD_CHUNK = 512,
	FD_CHUNKS = 2048, /* up to descriptor 1,048,575: the kernel's default for fs.nr_open */
};

enum fd_flag {
	FD_SOCKET = 1,                           /* a socket now */
	FD_WAS = 2,                              /* was one and has been closed: an EBADF here is a double close */
	FD_NONBLOCK = 4,                         /* O_NONBLOCK when last seen */
	FD_UNIX = 8,                             /* AF_UNIX */
	FD_STREAM = 16,                          /* SOCK_STREAM */
	FD_CLOSING = 32,                         /* with FD_WAS: a close_range in progress closes it */
	FD_INET = 64,                            /* AF_INET or AF_INET6 */
	FD_CHILDS = 128,                         /* a child that runs in our memory has a socket there: see vforked.h */
	FD_KIND = FD_UNIX | FD_STREAM | FD_INET, /* what a listener and what it accepts have in common */
	FD_REOPENED = FD_NONBLOCK | FD_KIND,     /* kept beside FD_CLOSING: the call may fail */
};

struct fd_entry {
	_Atomic uint64_t sock;        /* the kernel's cookie */
	_Atomic uint64_t count;       /* of the socket that counts here, below its mark: fdtable.c */
	_Atomic uint32_t counter;     /* the entry that counts the descriptors of its socket + 1, 0 none */
	_Atomic uint32_t watches;     /* what epoll sets wait for it: a list in watches.c, 0 none */
	_Atomic uint32_t is_watching; /* a descriptor of an epoll set that sockets were added to */
	_Atomic uint32_t set;         /* which epoll set it is of, or was: watches.c numbers them; 0 none */
};

/* Flags by themselves: each read and write of a file looks at one, and at nothing else. */
struct fd_chunk {
	_Atomic uint8_t flags[FD_CHUNK];
	struct fd_entry entries[FD_CHUNK];
};

extern struct fd_chunk fd_low __attribute__((visibility("hidden"))); /* most programs have no higher descriptors */
extern struct fd_chunk *_Atomic fd_chunks[FD_CHUNKS];                /* the first is not used */

/* Where a descriptor lies, at number % FD_CHUNK; NULL if nothing was ever known of it. */
static inline struct fd_chunk *fd_chunk(int fd)
{
	unsigned number = fd;

	if (__builtin_expect(number < FD_CHUNK, 1))
		return &fd_low;
	if (number >= FD_CHUNK * FD_CHUNKS)
		return NULL;
	return atomic_load_explicit(&fd_chunks[number / FD_CHUNK], memory_order_relaxed);
}

/* Its entry, and its flags; NULL likewise. */
static inline struct fd_entry *fd_entry(int fd)
{
	struct fd_chunk *chunk = fd_chunk(fd);

	return chunk ? &chunk->entries[(unsigned)fd % FD_CHUNK] : NULL;
}

static inline _Atomic uint8_t *fd_flags_at(int fd)
{
	struct fd_chunk *chunk = fd_chunk(fd);

	return chunk ? &chunk->flags[(unsigned)fd % FD_CHUNK] : NULL;
}

/* Flags of a descriptor; 0 for one that never was a socket. */
static inline uint32_t fd_flags(int fd)
{
	_Atomic uint8_t *flags = fd_flags_at(fd);

	return flags ? atomic_load_explicit(flags, memory_order_relaxed) : 0;
}

static inline uint64_t fd_sock(int fd)
{
	struct fd_entry *e = fd_entry(fd);

	return e ? atomic_load_explicit(&e->sock, memory_order_relaxed) : 0;
}

/* Its entry, made where there was none; NULL where there is no memory or fd is out of range. */
struct fd_entry *fd_make_entry(int fd);

/* In a sandbox there is no more memory: have it beforehand for the first few thousand. */
void fd_secure(void);

/* From now on fd is that socket, just made. Nothing happens where there is no memory or fd is out of range. */
void fd_set_socket(int fd, uint64_t sock, uint32_t flags);

/* The same for one that came from elsewhere: other descriptors may mean it. The first takes time in proportion to
 * how many there are. */
void fd_meet_socket(int fd, uint64_t sock, uint32_t flags);

/* fd is open no longer. Returns how many other descriptors mean the socket that it was. */
int fd_clear(int fd);

/* How many other descriptors mean the socket of this one. */
int fd_others(int fd);

/* fd, which was a socket, is something else by now. */
void fd_forget(int fd);

/* Like fd_clear, for all sockets from first to last, before they are closed at once; then each one of them in turn, -1
 * after the last. */
void fd_close_range(unsigned first, unsigned last);
int fd_next_closed(unsigned first, unsigned last);

/* They have not been closed: they are what they were. */
void fd_reopen_range(unsigned first, unsigned last);

/* newfd is a copy of oldfd. */
void fd_copy(int oldfd, int newfd);

void fd_set_nonblock(int fd, bool on);
void fd_set_childs(int fd, bool on);

/* The first descriptor at or above `from` that is a socket, -1 if there is none. */
int fd_next(int from);

/* The same with any of these flags. */
int fd_next_with(uint32_t flags, int from);

#endif
