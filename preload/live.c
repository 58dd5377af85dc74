/* live: the file of the threads' slots, lengthened and mapped without a moment in which it holds anything but lines. */
#include "preload/live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "preload/borrow.h"
#include "preload/mem.h"
#include "preload/out.h"
#include "preload/paths.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

static uint32_t owner;
static _Atomic uint64_t appending;          /* at this moment */
static atomic_flag busy = ATOMIC_FLAG_INIT; /* a thread appends by the kept descriptor */

void live_begin(void)
{
	owner = sys3(SYS_geteuid, 0, 0, 0);
	atomic_store(&appending, 0);
	atomic_flag_clear(&busy);
}

void live_fill_pads(char *at, size_t size)
{
	static const char head[] = TRACE_PAD;
	enum { HEAD = sizeof head - 1, END = 2 };

	/* No byte is anything else meanwhile: see append_pads. */
	for (char *block = at; block < at + size; block += TRACE_BLOCK) {
		memcpy(block, head, HEAD);
		memset(block + HEAD, ' ', TRACE_BLOCK - HEAD - END);
		block[TRACE_BLOCK - 2] = '}';
		block[TRACE_BLOCK - 1] = '\n';
	}
}

/*
 * A pad line a block, written before it is mapped: there is no instant at which the live file holds anything else, not even where SIGKILL
 * cuts the write short. It is one block again and again: to touch as many of our own would take a fault for each. Whoever else fills it
 * meanwhile writes to each byte what is there.
 */
static long append_pads(int fd, size_t size)
{
	static struct iovec v[LIVE_MAP_MAX / TRACE_BLOCK]; /* a kilobyte: more than small stacks have */
	static char block[TRACE_BLOCK];
	long n;

	live_fill_pads(block, sizeof block);
	for (size_t i = 0; i < size / sizeof block; i++)
		v[i] = (struct iovec){block, sizeof block};
	do
		n = sys3(SYS_writev, fd, (long)v, size / sizeof block);
	while (n == -EINTR);
	return n == (long)size ? 0 : n < 0 ? n : -EIO; /* what is to be mapped is in one piece */
}

static bool no_room(long err)
{
	return err == -ENOSPC || err == -EDQUOT;
}

/* Not to one that another user, let in by admit.c, has put there before. */
static bool lengthen(int fd, size_t size)
{
	uint64_t more = atomic_fetch_add(&appending, size) + size; /* asked before the size: no other's is overlooked */
	struct stat st;
	bool done =
		sys3(SYS_fstat, fd, (long)&st, 0) == 0 && st.st_uid == owner && out_within_limits(st.st_size + more) &&
		/* Before the bytes, so that a full disk leaves no part of a pad there. Not every file system can (EOPNOTSUPP). */
		!no_room(sys6(SYS_fallocate, fd, FALLOC_FL_KEEP_SIZE, st.st_size, size, 0, 0)) &&
		append_pads(fd, size) == 0;

	atomic_fetch_sub(&appending, size);
	return done;
}

/* Lengthen the live file by a pad of `size` bytes and map it. */
static char *append_and_map(int fd, size_t size)
{
	if (!lengthen(fd, size))
		return NULL;
	/* O_APPEND gave this append a place of its own without a lock; the file position tells which. */
	long end = sys3(SYS_lseek, fd, 0, SEEK_CUR);
	long map = sys_mmap(size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, end - (long)size);
	return sys_failed(map) ? NULL : (char *)map;
}

/* The same with a kept descriptor, whose position all threads share: one at a time. */
static char *append_and_map_kept(int fd, size_t size)
{
	char *at;

	for (int i = 0; atomic_flag_test_and_set(&busy); i++) {
		if (i == 10000)
			return NULL;
		sys3(SYS_sched_yield, 0, 0, 0);
	}
	at = append_and_map(fd, size);
	atomic_flag_clear(&busy);
	return at;
}

struct room {
	size_t size;
	char *at;
};

/* With descriptors of its own: borrow_run. */
static long map_apart(void *ctx)
{
	struct room *room = ctx;
	const char *name;
	int dir = paths_from(OURS_LIVE, &name);

	borrow_make_room();
	long fd = sys_openat(dir, name, LIVE_FLAGS, PATHS_MODE);
	if (fd >= 0)
		room->at = append_and_map(fd, room->size);
	return fd;
}

static char *open_and_map(size_t size)
{
	long fd = paths_open(OURS_LIVE, LIVE_FLAGS);
	struct room room = {.size = size};

	if (fd >= 0) {
		room.at = append_and_map(fd, size);
		ours_close(fd);
	} else if (fd == -EMFILE) {
		borrow_run(map_apart, &room);
	}
	return room.at;
}

char *live_map(size_t size)
{
	char *at = NULL;
	int fd;

	if (out_stopped() || shim_is_sandboxed())
		return NULL;
	fd = ours_kept(OURS_LIVE);
	if (fd >= 0)
		at = append_and_map_kept(fd, size);
	else if (fd == -1)
		at = open_and_map(size);
	if (!at)
		return NULL;
	/* A full disk is answered here; without this it would be a SIGBUS at a store. Kernels before 5.14 do not know
	 * it (EINVAL): there the bytes written above have their blocks, except on file systems that copy on write. */
	long err = sys_madvise(at, size, MADV_POPULATE_WRITE);
	if (err < 0 && err != -EINVAL) {
		sys_munmap(at, size);
		return NULL;
	}
	sys_madvise(at, size, MADV_DONTFORK);
	return at;
}

void live_unlink(void)
{
	if (paths_are_made() && !shim_is_sandboxed())
		paths_unlink(OURS_LIVE);
}
