/* fdtable: which descriptors of this process are sockets. */
#include "preload/fdtable.h"

#include <limits.h>

#include "preload/mem.h"
#include "preload/sys.h"

struct fd_entry *_Atomic fd_chunks[FD_CHUNKS];
static _Atomic int highest = -1;

static struct fd_entry *make_entry(int fd)
{
	struct fd_entry *e = fd_entry(fd);

	if (e || (unsigned)fd >= FD_CHUNK * FD_CHUNKS)
		return e;
	struct fd_entry *chunk = mem_pages(FD_CHUNK * sizeof *chunk), *none = NULL;
	if (chunk && !atomic_compare_exchange_strong(&fd_chunks[fd / FD_CHUNK], &none, chunk))
		sys_munmap(chunk, FD_CHUNK * sizeof *chunk); /* another thread was faster */
	return fd_entry(fd);
}

void fd_set_socket(int fd, uint64_t sock, uint32_t flags)
{
	struct fd_entry *e = make_entry(fd);
	int high = atomic_load(&highest);

	if (!e)
		return;
	while (high < fd && !atomic_compare_exchange_weak(&highest, &high, fd))
		;
	atomic_store(&e->sock, sock);
	atomic_store(&e->flags, flags | FD_SOCKET);
}

void fd_clear(int fd)
{
	struct fd_entry *e = fd_entry(fd);

	if (e && atomic_load(&e->flags) & FD_SOCKET)
		atomic_store(&e->flags, FD_WAS);
}

void fd_forget(int fd)
{
	struct fd_entry *e = fd_entry(fd);
	uint32_t was = FD_WAS;

	if (e)
		atomic_compare_exchange_strong(&e->flags, &was, 0);
}

void fd_close_range(unsigned first, unsigned last)
{
	for (int fd = first <= INT_MAX ? fd_next(first) : -1; fd >= 0 && (unsigned)fd <= last; fd = fd_next(fd + 1))
		atomic_store(&fd_entry(fd)->flags, FD_WAS | FD_CLOSING);
}

int fd_next_closed(unsigned first, unsigned last)
{
	for (unsigned fd = first; fd <= last && (int)fd <= atomic_load(&highest); fd++) {
		struct fd_entry *e = fd_entry(fd);
		if (e && atomic_load(&e->flags) & FD_CLOSING) {
			atomic_fetch_and(&e->flags, ~(uint32_t)FD_CLOSING);
			return fd;
		}
	}
	return -1;
}

void fd_watch(int fd, int epfd, uint64_t data)
{
	struct fd_entry *e = make_entry(fd), *watcher = make_entry(epfd < 0 ? fd : epfd);

	if (!e || !watcher)
		return;
	atomic_store(&e->watch_data, data);
	atomic_store(&e->watcher, epfd + 1);
	if (epfd >= 0)
		atomic_store(&watcher->is_watching, 1);
}

bool fd_is_watching(int epfd)
{
	struct fd_entry *e = fd_entry(epfd);

	return e && atomic_load_explicit(&e->is_watching, memory_order_relaxed);
}

static bool is_watched(int fd, int epfd, uint64_t data)
{
	struct fd_entry *e = fd_entry(fd);

	return e && atomic_load(&e->watcher) == epfd + 1 && atomic_load(&e->watch_data) == data;
}

int fd_watched(int epfd, uint64_t data)
{
	/* Where programs keep pointers in there: the descriptor that was found for one last. */
	static _Atomic int found[1024];
	_Atomic int *slot = &found[(data >> 4 ^ data >> 14) % 1024];

	if (is_watched((int)data, epfd, data))
		return (int)data;
	if (is_watched(atomic_load(slot), epfd, data))
		return atomic_load(slot);
	for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1)) {
		if (is_watched(fd, epfd, data)) {
			atomic_store(slot, fd);
			return fd;
		}
	}
	return -1;
}

void fd_copy(int oldfd, int newfd)
{
	struct fd_entry *e = fd_entry(oldfd);
	uint32_t flags = atomic_fetch_or(&e->flags, FD_SHARED);

	fd_set_socket(newfd, atomic_load(&e->sock), flags | FD_SHARED);
}

void fd_share(int fd)
{
	uint64_t sock = fd_sock(fd);

	for (int at = fd_next(0); at >= 0; at = fd_next(at + 1))
		if (fd_sock(at) == sock)
			atomic_fetch_or(&fd_entry(at)->flags, FD_SHARED);
}

static void set_nonblock(struct fd_entry *e, bool on)
{
	if (on)
		atomic_fetch_or(&e->flags, FD_NONBLOCK);
	else
		atomic_fetch_and(&e->flags, ~(uint32_t)FD_NONBLOCK);
}

/* O_NONBLOCK belongs to the open file description: every copy has it. */
void fd_set_nonblock(int fd, bool on)
{
	struct fd_entry *e = fd_entry(fd);

	if (!e)
		return;
	set_nonblock(e, on);
	if (!(atomic_load(&e->flags) & FD_SHARED))
		return;
	for (int at = fd_next(0); at >= 0; at = fd_next(at + 1))
		if (fd_sock(at) == fd_sock(fd))
			set_nonblock(fd_entry(at), on);
}

int fd_count(uint64_t sock, int but)
{
	int count = 0;

	for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1))
		count += fd != but && fd_sock(fd) == sock;
	return count;
}

int fd_next(int from)
{
	int high = atomic_load(&highest);

	for (int fd = from; fd <= high; fd++) {
		if (!fd_entry(fd))
			fd |= FD_CHUNK - 1; /* a chunk that was never needed */
		else if (fd_flags(fd) & FD_SOCKET)
			return fd;
	}
	return -1;
}
