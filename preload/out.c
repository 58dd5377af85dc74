/* out: the trace file: made once, appended to without holding a descriptor. */
#include "preload/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "preload/borrow.h"
#include "preload/clock.h"
#include "preload/complain.h"
#include "preload/live.h"
#include "preload/ours.h"
#include "preload/paths.h"
#include "preload/sandbox.h"
#include "preload/signals.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"
#include "trace/names.h"

enum {
	TRACE_FLAGS = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW,
	DIR_MODE = S_ISVTX | S_IRWXU, /* the sticky bit says that it is ours: see admit.c */
	SUFFIX_MAX = 99999,           /* of files with the same name */
	SANDBOXED_TRIES = 10,
	FORBIDDEN = -4096,        /* no errno: the kernel was not asked */
	UNDECIDED = -4097,        /* the same, and may be later */
	DECIDES_NS = 200000000,   /* hardly a filter takes as long to be entered */
	DECIDES_TRIES = 20000000, /* the clock may stand still by then */
	YIELDS_TRIES = 2000000,   /* a second: one that was killed amid it never ends */
};

static _Atomic bool is_made;
static _Atomic int waiting;                      /* threads, until another has entered a sandbox */
static _Atomic uint64_t written;                 /* with what is about to be, by other threads too */
static _Atomic uint64_t last_limit = UINT64_MAX; /* RLIMIT_FSIZE when last seen */
_Atomic bool out_is_stopped;

_Atomic uint64_t out_lost_count;
static const char *_Atomic lost_why;

/* A write past RLIMIT_FSIZE would raise SIGXFSZ in the program (setrlimit(2)). */
bool out_within_limits(uint64_t size)
{
	struct rlimit limit;

	if (size > shim.file_max)
		return false;
	if (shim_is_sandboxed())
		return size <= last_limit; /* asking may be death */
	if (sys6(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (long)&limit, 0, 0) < 0)
		return true;
	last_limit = limit.rlim_cur;
	return size <= limit.rlim_cur;
}

void out_secure(bool directory)
{
	out_within_limits(0); /* a sandbox is mostly made after the limits in it: see them now */
	if (!paths_are_made() || out_stopped())
		return;
	uint64_t held = signals_hold();
	if (ours_kept(OURS_TRACE) < 0) {
		paths_keep(OURS_TRACE, TRACE_FLAGS);
		paths_keep(OURS_LIVE, LIVE_FLAGS);
	}
	if (directory && ours_kept(OURS_DIR) < 0)
		ours_keep(OURS_DIR, sys_open(shim.out_dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
	signals_release(held);
}

void out_forked(bool others)
{
	paths_forked(others);
	atomic_store(&is_made, false);
	atomic_store(&written, 0);
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

uint64_t out_take_lost(const char **why)
{
	*why = atomic_load(&lost_why);
	return atomic_exchange(&out_lost_count, 0);
}

void out_give_back_lost(uint64_t count)
{
	atomic_fetch_add(&out_lost_count, count);
}

/* Write all of it. Returns 0 or -errno. In a sandbox EINTR may be what the filter answers, each time. */
static long write_all(int fd, const char *bytes, size_t len)
{
	for (int tries = 0; len;) {
		long n = sys_write(fd, bytes, len);
		if (n == -EINTR && (!shim_is_sandboxed() || ++tries < SANDBOXED_TRIES))
			continue;
		if (n <= 0)
			return n ? n : -ENOSPC;
		bytes += n;
		len -= n;
	}
	return 0;
}

/* Out of descriptors, or ours closed by the program at the wrong microsecond: its doing, and passes. All else stays, and in a
 * sandbox all, since it is what the filter answers, or the one kept is gone. */
static bool passes(long err)
{
	if (err == UNDECIDED)
		return true;
	if (shim_is_sandboxed())
		return false;
	return err == -EMFILE || err == -ENFILE || err == -EAGAIN || err == -EINTR || err == -ENOMEM || err == -EBADF;
}

/* The kept file's name is gone, and with the last descriptor so will be what is written. */
static bool is_removed(int fd)
{
	struct stat st;

	return !shim_is_sandboxed() && sys3(SYS_fstat, fd, (long)&st, 0) == 0 && st.st_nlink == 0;
}

bool out_has_room(size_t len)
{
	return !out_stopped() && out_within_limits(atomic_load(&written) + len);
}

/* Open a file, write to it and close it. One that is made by this and cannot be written is removed again. Returns 0 or -errno. */
static long write_file(int flags, const char *bytes, size_t len)
{
	long fd = paths_open(OURS_TRACE, flags), err = fd;

	if (fd >= 0) {
		err = write_all(fd, bytes, len);
		ours_close(fd);
		if (err < 0 && flags & O_EXCL)
			paths_unlink(OURS_TRACE);
	} else if (fd == -EMFILE) {
		const char *name;
		int dir = paths_from(OURS_TRACE, &name);
		err = borrow_write(dir, name, flags, bytes, len);
	}
	return err;
}

int out_waiting(void)
{
	return atomic_load(&waiting);
}

static _Atomic bool may_yield;
static _Atomic int yielding;

void out_waiters_may_yield(bool may)
{
	atomic_store(&may_yield, may);
	for (int tries = 0; !may && atomic_load(&yielding) && tries < YIELDS_TRIES; tries++)
		sys3(SYS_sched_yield, 0, 0, 0);
}

/* Each side says first what it does, and then looks at what the other one says. */
static bool has_yielded(void)
{
	atomic_fetch_add(&yielding, 1);
	bool may = atomic_load(&may_yield);
	if (may)
		sys3(SYS_sched_yield, 0, 0, 0);
	atomic_fetch_sub(&yielding, 1);
	return may;
}

static bool wait_for_decision(void)
{
	/* Whoever made that attempt has jumped away, say: it is not waited for at each line. */
	static _Atomic unsigned vain;
	unsigned attempt = atomic_load(&sandbox_attempts);
	uint64_t begin = clock_ns();

	if (attempt == atomic_load(&vain))
		return false;
	for (int tries = 0; tries < DECIDES_TRIES && clock_ns() - begin < DECIDES_NS; tries++) {
		if (!shim_sandbox_is(SANDBOX_UNDECIDED))
			return true;
		/* Where there are more threads than processors, one that is to end what it writes would not run else. */
		if (has_yielded())
			begin = clock_ns();
	}
	atomic_store(&vain, attempt);
	return false;
}

/* 0 or why not. Nobody decides where it is this very thread that is about to enter a sandbox, and a handler has interrupted it. */
static long may_write(void)
{
	if (shim_sandbox_is(SANDBOX_UNDECIDED)) {
		atomic_fetch_add(&waiting, 1);
		bool is_decided = wait_for_decision();
		atomic_fetch_sub(&waiting, 1);
		if (!is_decided)
			return UNDECIDED;
	}
	atomic_thread_fence(memory_order_acquire);
	return shim_sandbox_is(SANDBOX_MUTE) ? FORBIDDEN : 0;
}

/* Returns 0 or -errno. */
static long write_blocks(const char *blocks, size_t len)
{
	long fd = ours_kept(OURS_TRACE);

	if (fd >= 0)
		return is_removed(fd) ? -ENOENT : write_all(fd, blocks, len);
	if (fd == -2)
		return -ESTALE;
	if (shim_is_sandboxed())
		return -EPERM; /* nothing could be kept, and an open may be death */
	return write_file(TRACE_FLAGS, blocks, len);
}

bool out_append(const char *blocks, size_t len)
{
	if (out_stopped())
		return false;
	if (!out_within_limits(atomic_fetch_add(&written, len) + len)) {
		atomic_fetch_sub(&written, len);
		atomic_store(&out_is_stopped, true);
		atomic_store(&lost_why, "SOCKTRACE_MAX or RLIMIT_FSIZE reached");
		return false;
	}
	long err = may_write();
	if (!err)
		err = write_blocks(blocks, len);
	if (err < 0) {
		const char *name = err == UNDECIDED   ? "it was entering a sandbox"
				   : err == FORBIDDEN ? "its sandbox lets it write to no file"
						      : name_of(NAMES_ERRNO, -err);
		atomic_fetch_sub(&written, len);
		/* What a child of vfork may not, we may. */
		if (!passes(err) && !(self.borrowed & BORROWED_IN_SANDBOX))
			atomic_store(&out_is_stopped, true);
		atomic_store(&lost_why, name ? name : "the trace file cannot be written");
		/* It was removed, and what could be said in the live file is said in no file any more. */
		if (err == -ENOENT || err == -ENOTDIR)
			complain("cannot go on writing", paths_of(OURS_TRACE), name);
		return false;
	}
	return true;
}

bool out_create(const char *name, const char *line, size_t len)
{
	const char *why;
	long err = ours_kept(OURS_DIR) >= 0 ? 0 : sys3(SYS_mkdir, (long)shim.out_dir, DIR_MODE, 0);

	if (err < 0 && err != -EEXIST)
		goto fail_dir;
	err = out_within_limits(len) ? -EEXIST : -EFBIG;
	for (int suffix = 0; err == -EEXIST && suffix <= SUFFIX_MAX; suffix++) {
		paths_make(name, suffix);
		err = write_file(O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, line, len);
	}
	if (err < 0)
		goto fail_dir;
	atomic_store(&written, len);
	live_begin();
	atomic_store(&is_made, true);
	/* The parent had given up rights, and so has this child. What it kept in a table of both would be open there after its end. */
	if (ours_kept(OURS_DIR) >= 0 && !shim.shares_files)
		out_secure(true);
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
