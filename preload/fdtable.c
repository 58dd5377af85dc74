/* fdtable: which descriptors of this process are sockets. */
#include "preload/fdtable.h"

#include <limits.h>

#include "preload/hints.h"
#include "preload/mem.h"
#include "preload/state.h"
#include "preload/sys.h"

struct fd_chunk fd_low;
struct fd_chunk *_Atomic fd_chunks[FD_CHUNKS];
static _Atomic int highest = -1;

/* Where the counters of sockets are, by their marks: not kept, those of new sockets, all. */
static struct hints counters;
static _Atomic int kept;
enum { KEPT_NONE, KEPT_NEW, KEPT_ALL };

struct fd_entry *fd_make_entry(int fd)
{
	struct fd_entry *e = fd_entry(fd);

	if (e || (unsigned)fd >= FD_CHUNK * FD_CHUNKS || shim_is_sandboxed())
		return e;
	struct fd_chunk *chunk = mem_pages(sizeof *chunk), *none = NULL;
	if (chunk && !atomic_compare_exchange_strong(&fd_chunks[fd / FD_CHUNK], &none, chunk))
		sys_munmap(chunk, sizeof *chunk); /* another thread was faster */
	return fd_entry(fd);
}

void fd_secure(void)
{
	enum { MANY = 4096 };

	for (int fd = FD_CHUNK; fd < MANY; fd += FD_CHUNK)
		fd_make_entry(fd);
}

/*
 * How many descriptors mean a socket is counted, so that a close need not look at all others. The counter lies in some entry:
 * in that of the socket's first descriptor, or, where another socket still counts there, in the next free one. Half of it says
 * whose it is, or was: which socket counts here and that it still does is seen in one look.
 */
enum { MARK = 32 /* bits of the count below it; 0 there: free */ };

/* Sockets are numbered: of 4 billion after each other no two have the same. */
static uint32_t mark_of(uint64_t sock)
{
	return sock ^ sock >> 32;
}

static uint32_t take_counter(int fd, uint64_t sock)
{
	static _Atomic uint32_t next; /* not always from the lowest on: these are taken by those that live long */
	uint32_t range = (uint32_t)atomic_load(&highest) + 1, start = fd;
	uint64_t one = (uint64_t)mark_of(sock) << MARK | 1;

	for (uint32_t i = 0; i <= range; i++) {
		uint32_t at = i ? (start + i) % range : (uint32_t)fd;
		struct fd_entry *e = fd_entry(at);
		uint64_t was = e ? atomic_load(&e->count) : 0;
		if (i == 1)
			start = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
		if (e && !(uint32_t)was && atomic_compare_exchange_strong(&e->count, &was, one))
			return at + 1;
	}
	return 0;
}

/* Count a descriptor by this counter from now on, no longer by the one before. Returns what the one before still counts. */
static int count_by(struct fd_entry *e, uint32_t counter)
{
	uint32_t before = atomic_exchange(&e->counter, counter);

	return before ? (int)(uint32_t)atomic_fetch_sub(&fd_entry(before - 1)->count, 1) - 1 : 0;
}

/* One more descriptor of this socket, if it still counts here. Returns the counter, 0 if not. */
static uint32_t count_more(uint32_t counter, uint64_t sock)
{
	struct fd_entry *e = counter ? fd_entry(counter - 1) : NULL;
	uint64_t was = e ? atomic_load(&e->count) : 0;

	while ((uint32_t)was && was >> MARK == mark_of(sock))
		if (atomic_compare_exchange_weak(&e->count, &was, was + 1))
			return counter;
	return 0;
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

static bool mark_at(uint32_t counter, uint64_t *mark)
{
	uint64_t count = atomic_load(&fd_entry(counter - 1)->count);

	*mark = count >> MARK;
	return (uint32_t)count;
}

static void keep_counter(uint32_t counter, uint64_t sock)
{
	if (counter)
		hints_put(&counters, mark_of(sock), counter, mark_at);
}

/* Most programs never meet a socket, and touch none of this. The thread that looks through what is there may be killed: another does not
 * wait for it, but does the same. */
static __attribute__((noinline, cold)) void keep_counters(void)
{
	atomic_store(&kept, KEPT_NEW);
	for (int fd = fd_next(0); fd >= 0; fd = fd_next(fd + 1))
		keep_counter(atomic_load(&fd_entry(fd)->counter), fd_sock(fd));
	atomic_store(&kept, KEPT_ALL);
}

void fd_set_socket(int fd, uint64_t sock, uint32_t flags)
{
	struct fd_entry *e = enter(fd);
	uint32_t counter = e ? take_counter(fd, sock) : 0;

	if (!e)
		return;
	set(fd, e, sock, flags, counter);
	if (__builtin_expect(atomic_load(&kept) != KEPT_NONE, 0))
		keep_counter(counter, sock);
}

/* Count one more descriptor of a socket that others may mean. Returns its counter, 0 if none counts it. */
static uint32_t count_met(uint64_t sock)
{
	if (atomic_load(&kept) != KEPT_ALL)
		keep_counters();
	for (struct hint i = hints_for(mark_of(sock)); hints_next(&counters, &i);)
		if (count_more(i.to, sock))
			return i.to;
	return 0;
}

void fd_meet_socket(int fd, uint64_t sock, uint32_t flags)
{
	struct fd_entry *e = enter(fd);
	uint32_t counter = e ? count_met(sock) : 0;

	if (counter)
		set(fd, e, sock, flags, counter);
	else
		fd_set_socket(fd, sock, flags);
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

	return counter ? (int)(uint32_t)atomic_load(&fd_entry(counter - 1)->count) - 1 : 0;
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
		uint32_t flags = fd_flags(fd) & FD_REOPENED;
		fd_clear(fd);
		atomic_fetch_or(fd_flags_at(fd), FD_CLOSING | flags);
	}
}

static int next_closing(unsigned first, unsigned last)
{
	int fd = first <= INT_MAX ? fd_next_with(FD_CLOSING, first) : -1;

	return fd >= 0 && (unsigned)fd <= last ? fd : -1;
}

/* Returns the flags that it had, without FD_CLOSING where another thread has made something of the number. */
static uint32_t end_closing(int fd)
{
	_Atomic uint8_t *flags = fd_flags_at(fd);
	uint8_t was = atomic_load(flags);

	while (was & FD_CLOSING && !atomic_compare_exchange_weak(flags, &was, FD_WAS | (was & FD_CHILDS)))
		;
	return was;
}

int fd_next_closed(unsigned first, unsigned last)
{
	int fd = next_closing(first, last);

	if (fd >= 0)
		end_closing(fd);
	return fd;
}

void fd_reopen_range(unsigned first, unsigned last)
{
	for (int fd = next_closing(first, last); fd >= 0; fd = next_closing(fd + 1, last)) {
		uint32_t was = end_closing(fd);
		if (was & FD_CLOSING)
			fd_meet_socket(fd, fd_sock(fd), was & FD_REOPENED);
	}
}

void fd_copy(int oldfd, int newfd)
{
	const struct fd_entry *old = fd_entry(oldfd);
	struct fd_entry *e = enter(newfd);

	if (!old || !e)
		return;
	uint64_t sock = atomic_load(&old->sock);
	set(newfd, e, sock, fd_flags(oldfd) & ~(FD_WAS | FD_CLOSING), count_more(atomic_load(&old->counter), sock));
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
