/* fdtable: which descriptors of this process are sockets. */
#include "preload/fdtable.h"

#include <limits.h>

#include "preload/mem.h"
#include "preload/sys.h"

struct fd_chunk fd_low;
struct fd_chunk *_Atomic fd_chunks[FD_CHUNKS];
static _Atomic int highest = -1;

struct fd_entry *fd_make_entry(int fd)
{
	struct fd_entry *e = fd_entry(fd);

	if (e || (unsigned)fd >= FD_CHUNK * FD_CHUNKS)
		return e;
	struct fd_chunk *chunk = mem_pages(sizeof *chunk), *none = NULL;
	if (chunk && !atomic_compare_exchange_strong(&fd_chunks[fd / FD_CHUNK], &none, chunk))
		sys_munmap(chunk, sizeof *chunk); /* another thread was faster */
	return fd_entry(fd);
}

/*
 * How many descriptors mean a socket is counted, so that a close need not look at all others. The counter lies in some entry:
 * in that of the socket's first descriptor, or, where another socket still counts there, in the next free one.
 */
static uint32_t take_counter(int fd)
{
	static _Atomic uint32_t next; /* not always from the lowest on: these are taken by those that live long */
	uint32_t range = (uint32_t)atomic_load(&highest) + 1, start = fd;

	for (uint32_t i = 0; i <= range; i++) {
		uint32_t at = i ? (start + i) % range : (uint32_t)fd, none = 0;
		struct fd_entry *e = fd_entry(at);
		if (i == 1)
			start = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
		if (e && atomic_compare_exchange_strong(&e->count, &none, 1))
			return at + 1;
	}
	return 0;
}

/* Count a descriptor by this counter from now on, no longer by the one before. Returns what the one before still counts. */
static int count_by(struct fd_entry *e, uint32_t counter)
{
	uint32_t before = atomic_exchange(&e->counter, counter);

	return before ? (int)atomic_fetch_sub(&fd_entry(before - 1)->count, 1) - 1 : 0;
}

/* One more descriptor for the socket of this one. Returns its counter. */
static uint32_t count_copy(const struct fd_entry *of)
{
	uint32_t counter = atomic_load(&of->counter);

	if (counter)
		atomic_fetch_add(&fd_entry(counter - 1)->count, 1);
	return counter;
}

static struct fd_entry *enter(int fd)
{
	struct fd_entry *e = fd_make_entry(fd);
	int high = atomic_load(&highest);

	while (e && high < fd && !atomic_compare_exchange_weak(&highest, &high, fd))
		;
	return e;
}

/* e is the entry of fd. */
static void set(int fd, struct fd_entry *e, uint64_t sock, uint32_t flags, uint32_t counter)
{
	count_by(e, counter);
	atomic_store(&e->sock, sock);
	atomic_store(fd_flags_at(fd), (flags & ~FD_CHILDS) | (fd_flags(fd) & FD_CHILDS) | FD_SOCKET);
}

void fd_set_socket(int fd, uint64_t sock, uint32_t flags)
{
	struct fd_entry *e = enter(fd);

	if (e)
		set(fd, e, sock, flags, take_counter(fd));
}

/* Another descriptor of the same socket, NULL if there is none. */
static const struct fd_entry *other_of(uint64_t sock, int but)
{
	for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1))
		if (fd != but && fd_sock(fd) == sock)
			return fd_entry(fd);
	return NULL;
}

void fd_meet_socket(int fd, uint64_t sock, uint32_t flags)
{
	struct fd_entry *e = enter(fd);
	const struct fd_entry *other = e ? other_of(sock, fd) : NULL;

	if (e)
		set(fd, e, sock, flags, other ? count_copy(other) : take_counter(fd));
}

int fd_clear(int fd)
{
	struct fd_entry *e = fd_entry(fd);
	uint32_t flags = fd_flags(fd);

	if (!e || !(flags & FD_SOCKET))
		return 0;
	atomic_store(fd_flags_at(fd), FD_WAS | (flags & FD_CHILDS));
	return count_by(e, 0);
}

int fd_others(int fd)
{
	const struct fd_entry *e = fd_entry(fd);
	uint32_t counter = e ? atomic_load(&e->counter) : 0;

	return counter ? (int)atomic_load(&fd_entry(counter - 1)->count) - 1 : 0;
}

void fd_forget(int fd)
{
	_Atomic uint8_t *flags = fd_flags_at(fd);
	uint8_t was = FD_WAS;

	if (flags)
		atomic_compare_exchange_strong(flags, &was, 0);
}

void fd_close_range(unsigned first, unsigned last)
{
	for (int fd = first <= INT_MAX ? fd_next(first) : -1; fd >= 0 && (unsigned)fd <= last; fd = fd_next(fd + 1)) {
		fd_clear(fd);
		atomic_fetch_or(fd_flags_at(fd), FD_CLOSING);
	}
}

int fd_next_closed(unsigned first, unsigned last)
{
	for (unsigned fd = first; fd <= last && (int)fd <= atomic_load(&highest); fd++) {
		if (fd_flags(fd) & FD_CLOSING) {
			atomic_fetch_and(fd_flags_at(fd), (uint8_t)~FD_CLOSING);
			return fd;
		}
	}
	return -1;
}

void fd_copy(int oldfd, int newfd)
{
	const struct fd_entry *old = fd_entry(oldfd);
	struct fd_entry *e = enter(newfd);

	if (old && e)
		set(newfd, e, atomic_load(&old->sock), fd_flags(oldfd), count_copy(old));
}

static void set_nonblock(int fd, bool on)
{
	if (on)
		atomic_fetch_or(fd_flags_at(fd), FD_NONBLOCK);
	else
		atomic_fetch_and(fd_flags_at(fd), (uint8_t)~FD_NONBLOCK);
}

/* O_NONBLOCK belongs to the open file description: every copy has it. */
void fd_set_nonblock(int fd, bool on)
{
	if (!fd_entry(fd))
		return;
	set_nonblock(fd, on);
	if (!fd_others(fd))
		return;
	for (int at = fd_next(0); at >= 0; at = fd_next(at + 1))
		if (fd_sock(at) == fd_sock(fd))
			set_nonblock(at, on);
}

void fd_set_childs(int fd, bool on)
{
	if (!enter(fd))
		return;
	if (on)
		atomic_fetch_or(fd_flags_at(fd), FD_CHILDS);
	else
		atomic_fetch_and(fd_flags_at(fd), (uint8_t)~FD_CHILDS);
}

static inline int next_with(uint32_t flags, int from)
{
	int high = atomic_load(&highest);

	for (int fd = from; fd <= high; fd++) {
		if (!fd_entry(fd))
			fd |= FD_CHUNK - 1; /* a chunk that was never needed */
		else if (fd_flags(fd) & flags)
			return fd;
	}
	return -1;
}

int fd_next(int from)
{
	return next_with(FD_SOCKET, from);
}

int fd_next_with(uint32_t flags, int from)
{
	return next_with(flags, from);
}
