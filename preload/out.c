/* out: the trace's files: made once, appended to without holding a descriptor. */
#include "preload/out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "preload/borrow.h"
#include "preload/complain.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/ours.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

enum {
	TRACE_FLAGS = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW,
	DIR_MODE = S_ISVTX | S_IRWXU, /* the sticky bit says that it is ours: see admit.c */
	LIVE_FLAGS = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW,
	SUFFIX_MAX = 99999, /* of files with the same name */
	FORBIDDEN = -4096,  /* no errno: the kernel was not asked */
};

static char path[PATH_MAX + TRACE_NAME_MAX + 64];      /* of the .jsonl */
static char live_path[PATH_MAX + TRACE_NAME_MAX + 64]; /* of the .live.jsonl */
static size_t name_at;                                 /* where the file's name begins in both of them */
static uint32_t owner;                                 /* of both */
static _Atomic bool is_made;
static _Atomic uint64_t written;                 /* with what is about to be, by other threads too */
static _Atomic uint64_t appending;               /* to the live file, at this moment */
static _Atomic uint64_t last_limit = UINT64_MAX; /* RLIMIT_FSIZE when last seen */
_Atomic bool out_is_stopped;

_Atomic uint64_t out_lost_count;
static const char *_Atomic lost_why;

/* A write past RLIMIT_FSIZE would raise SIGXFSZ in the program (setrlimit(2)). */
static bool within_limits(uint64_t size)
{
	struct rlimit limit;

	if (size > shim.file_max)
		return false;
	if (shim.sandboxed)
		return size <= last_limit; /* asking may be death */
	if (sys6(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) < 0)
		return true;
	last_limit = limit.rlim_cur;
	return size <= limit.rlim_cur;
}

/* One of the two paths from the directory that is kept, or from nowhere in particular. Returns what to open it from. */
static int from(const char **name)
{
	int dir = ours_kept(OURS_DIR);

	if (dir < 0)
		return AT_FDCWD;
	*name += name_at;
	return dir;
}

static long open_file(const char *name, int flags)
{
	int dir = from(&name);

	return ours_open(dir, name, flags);
}

static void unlink_file(const char *name)
{
	int dir = from(&name);

	sys3(SYS_unlinkat, dir, (long)name, 0);
}

static void keep(enum ours_kept which, const char *name, int flags)
{
	int dir = from(&name);

	ours_keep(which, sys_openat(dir, name, flags, 0600));
}

void out_secure(bool directory)
{
	within_limits(0); /* a sandbox is mostly made after the limits in it: see them now */
	if (!path[0] || out_stopped())
		return;
	uint64_t held = signals_hold();
	if (ours_kept(OURS_TRACE) < 0) {
		keep(OURS_TRACE, path, TRACE_FLAGS);
		keep(OURS_LIVE, live_path, LIVE_FLAGS);
	}
	if (directory && ours_kept(OURS_DIR) < 0)
		ours_keep(OURS_DIR, sys_open(shim.out_dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
	signals_release(held);
}

long out_open_directory(void)
{
	int dir = ours_kept(OURS_DIR);

	return ours_open(dir < 0 ? AT_FDCWD : dir, dir < 0 ? shim.out_dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void out_forked(void)
{
	ours_forked(path, live_path);
	path[0] = live_path[0] = 0;
	atomic_store(&is_made, false);
	atomic_store(&written, 0);
	atomic_store(&appending, 0);
	atomic_store(&out_is_stopped, false);
	atomic_store(&out_lost_count, 0);
}

uint64_t out_written(void)
{
	return atomic_load_explicit(&written, memory_order_relaxed);
}

void out_lose(const char *why)
{
	atomic_store(&lost_why, why);
	atomic_fetch_add(&out_lost_count, 1);
}

uint64_t out_lost(const char **why)
{
	*why = atomic_load(&lost_why);
	return atomic_load_explicit(&out_lost_count, memory_order_relaxed);
}

void out_told(uint64_t count)
{
	atomic_fetch_sub(&out_lost_count, count);
}

/* Write all of it. Returns 0 or -errno. */
static long write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		long n = sys_write(fd, bytes, len);
		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n ? n : -ENOSPC;
		bytes += n;
		len -= n;
	}
	return 0;
}

/* Out of descriptors, or ours closed by the program at the wrong microsecond: its doing, and passes. All else stays. */
static bool passes(long err)
{
	return err == -EMFILE || err == -ENFILE || err == -EAGAIN || err == -EINTR || err == -ENOMEM || err == -EBADF;
}

/* The kept file's name is gone, and with the last descriptor so will be what is written. */
static bool is_removed(int fd)
{
	struct stat st;

	return !shim.sandboxed && sys3(SYS_fstat, fd, (long)&st, 0) == 0 && st.st_nlink == 0;
}

bool out_has_room(size_t len)
{
	return !out_stopped() && within_limits(atomic_load(&written) + len);
}

/* Open a file, write to it and close it. One that is made by this and cannot be written is removed again. Returns 0 or -errno. */
static long write_to(const char *name, int flags, const char *bytes, size_t len)
{
	long fd = open_file(name, flags), err = fd;

	if (fd >= 0) {
		err = write_all(fd, bytes, len);
		ours_close(fd);
		if (err < 0 && flags & O_EXCL)
			unlink_file(name);
	} else if (fd == -EMFILE) {
		int dir = from(&name);
		err = borrow_write(dir, name, flags, bytes, len);
	}
	return err;
}

bool out_append(const char *blocks, size_t len)
{
	if (out_stopped())
		return false;
	if (!within_limits(atomic_fetch_add(&written, len) + len)) {
		atomic_fetch_sub(&written, len);
		atomic_store(&out_is_stopped, true);
		atomic_store(&lost_why, "SOCKTRACE_MAX or RLIMIT_FSIZE reached");
		return false;
	}
	long fd = ours_kept(OURS_TRACE), err;
	if (shim.sandboxed && shim.mute) {
		err = FORBIDDEN;
	} else if (fd >= 0) {
		err = is_removed(fd) ? -ENOENT : write_all(fd, blocks, len);
	} else if (fd == -2) {
		err = -ESTALE;
	} else if (shim.sandboxed) {
		err = -EPERM; /* nothing could be kept, and an open may be death */
	} else {
		err = write_to(path, TRACE_FLAGS, blocks, len);
	}
	if (err < 0) {
		const char *name = err == FORBIDDEN ? "its sandbox lets it write to no file" : name_of(NAMES_ERRNO, -err);
		atomic_fetch_sub(&written, len);
		if (!passes(err))
			atomic_store(&out_is_stopped, true);
		atomic_store(&lost_why, name ? name : "the trace file cannot be written");
		/* It was removed, and what could be said in the live file is said in no file any more. */
		if (err == -ENOENT || err == -ENOTDIR)
			complain("cannot go on writing", path, name);
		return false;
	}
	return true;
}

static void put_path(struct json *j, const char *name, int suffix, const char *ending)
{
	json_text(j, shim.out_dir);
	json_put(j, "/");
	json_u64(j, shim.pid);
	json_put(j, ".");
	json_text(j, name);
	if (suffix) {
		json_put(j, ".");
		json_u64(j, suffix);
	}
	json_text(j, ending);
	*j->p = 0;
}

static void name_files(const char *name, int suffix)
{
	struct json j = {.p = path}, live = {.p = live_path};

	name_at = text_len(shim.out_dir) + 1;
	put_path(&j, name, suffix, TRACE_SUFFIX);
	put_path(&live, name, suffix, TRACE_LIVE_SUFFIX);
}

bool out_create(const char *name, const char *line, size_t len)
{
	const char *why;
	long err = ours_kept(OURS_DIR) >= 0 ? 0 : sys3(SYS_mkdir, (long)shim.out_dir, DIR_MODE, 0);

	if (err < 0 && err != -EEXIST)
		goto fail_dir;
	err = within_limits(len) ? -EEXIST : -EFBIG;
	for (int suffix = 0; err == -EEXIST && suffix <= SUFFIX_MAX; suffix++) {
		name_files(name, suffix);
		err = write_to(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, line, len);
	}
	owner = sys3(SYS_geteuid, 0, 0, 0);
	if (err < 0)
		goto fail_dir;
	atomic_store(&written, len);
	atomic_store(&is_made, true);
	if (ours_kept(OURS_DIR) >= 0)
		out_secure(true); /* the parent had given up rights, and so has this child */
	return true;

fail_dir:
	why = name_of(NAMES_ERRNO, -err);
	complain("cannot write traces in", shim.out_dir, why ? why : "unknown error");
	return false;
}

bool out_is_made(void)
{
	return atomic_load(&is_made);
}

void out_fill_pads(char *at, size_t size)
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
	static struct iovec v[OUT_MAP_MAX / TRACE_BLOCK]; /* a kilobyte: more than small stacks have */
	static char block[TRACE_BLOCK];
	long n;

	out_fill_pads(block, sizeof block);
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
		sys3(SYS_fstat, fd, (long)&st, 0) == 0 && st.st_uid == owner && within_limits(st.st_size + more) &&
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
	static atomic_flag busy = ATOMIC_FLAG_INIT;
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
	const char *name = live_path;
	int dir = from(&name);

	borrow_make_room();
	long fd = sys_openat(dir, name, LIVE_FLAGS, 0600);
	if (fd >= 0)
		room->at = append_and_map(fd, room->size);
	return fd;
}

static char *open_and_map(size_t size)
{
	long fd = open_file(live_path, LIVE_FLAGS);
	struct room room = {.size = size};

	if (fd >= 0) {
		room.at = append_and_map(fd, size);
		ours_close(fd);
	} else if (fd == -EMFILE) {
		borrow_run(map_apart, &room);
	}
	return room.at;
}

char *out_map_live(size_t size)
{
	char *at = NULL;
	int fd;

	if (out_stopped() || shim.sandboxed)
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

void out_unlink_live(void)
{
	if (live_path[0] && !shim.sandboxed)
		unlink_file(live_path);
}
