/* out: the trace's files: made once, appended to without holding a descriptor. */
#include "preload/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preload/borrow.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/slot.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

enum {
	OWNED_MAX = 16,
	TRACE_FLAGS = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW,
	LIVE_FLAGS = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW,
};

static char path[PATH_MAX + TRACE_NAME_MAX + 64];      /* of the .jsonl */
static char live_path[PATH_MAX + TRACE_NAME_MAX + 64]; /* of the .live.jsonl */
static _Atomic uint64_t written;
static _Atomic uint64_t last_limit = UINT64_MAX; /* RLIMIT_FSIZE when last seen */
static _Atomic bool stopped;

static _Atomic uint64_t lost;
static const char *_Atomic lost_why;

static _Atomic int owned[OWNED_MAX]; /* descriptor + 1, 0 free */
static _Atomic int owned_count;

enum { KEPT_TRACE, KEPT_LIVE, KEPT_COUNT };
static _Atomic int kept[KEPT_COUNT] = {-1, -1}; /* of a process that has given up rights */
static struct file {
	uint64_t dev, ino;
} kept_files[KEPT_COUNT];

/* Publish a descriptor while it is ours. Returns its place, -1 if there is none: then nobody is warned, which only
 * matters to a program that closes descriptors it never opened. */
static int own(int fd)
{
	for (int i = 0; i < OWNED_MAX; i++) {
		int none = 0;
		if (atomic_compare_exchange_strong(&owned[i], &none, fd + 1))
			return i;
	}
	return -1;
}

static void disown(int place, int fd)
{
	sys_close(fd);
	if (place >= 0)
		atomic_store(&owned[place], 0);
	atomic_fetch_sub(&owned_count, 1);
}

bool out_owns(int fd)
{
	if (!atomic_load_explicit(&owned_count, memory_order_relaxed))
		return false;
	for (int i = 0; i < KEPT_COUNT; i++)
		if (fd >= 0 && atomic_load_explicit(&kept[i], memory_order_relaxed) == fd)
			return true;
	for (int i = 0; i < OWNED_MAX; i++)
		if (atomic_load_explicit(&owned[i], memory_order_relaxed) == fd + 1)
			return true;
	return false;
}

int out_kept(unsigned first)
{
	int lowest = -1;

	for (int i = 0; i < KEPT_COUNT; i++) {
		int fd = atomic_load(&kept[i]);
		if (fd >= 0 && (unsigned)fd >= first && (lowest < 0 || fd < lowest))
			lowest = fd;
	}
	return lowest;
}

/* To a number that programs do not expect: near the limit, or where that is huge, where select(2) cannot reach. */
static int move_up(int fd)
{
	struct rlimit limit = {.rlim_cur = 1024};
	long high = -1;

	sys6(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&limit, 0, 0);
	for (long from = limit.rlim_cur < 4096 ? limit.rlim_cur : 4096; high < 0 && from > fd + 8; from -= 8)
		high = sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, from - 8);
	if (high < 0)
		return fd;
	sys_close(fd);
	return high;
}

/* The file behind a descriptor, so that ours is told from what the program has put in its place (a system call made
 * without us). */
static bool file_of(int fd, struct file *file)
{
	struct stat st;

	if (sys3(SYS_fstat, fd, (long)&st, 0) < 0)
		return false;
	*file = (struct file){st.st_dev, st.st_ino};
	return true;
}

static bool is_still_kept(int which)
{
	struct file now;

	return shim.sandboxed || (file_of(atomic_load(&kept[which]), &now) && now.dev == kept_files[which].dev &&
				  now.ino == kept_files[which].ino);
}

static void keep(int which, long fd)
{
	if (fd < 0 || !file_of(fd, &kept_files[which]))
		return;
	atomic_fetch_add(&owned_count, 1);
	atomic_store(&kept[which], move_up(fd));
}

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

void out_secure(void)
{
	within_limits(0); /* a sandbox is mostly made after the limits in it: see them now */
	if (!path[0] || out_stopped() || atomic_load(&kept[KEPT_TRACE]) >= 0)
		return;
	keep(KEPT_TRACE, sys_open(path, TRACE_FLAGS, 0));
	keep(KEPT_LIVE, sys_open(live_path, LIVE_FLAGS, 0600));
}

/*
 * Open one of our files. Counted before: a fork's child must know that one may be open. Never as 0, 1 or 2: programs that
 * have closed them write there all the same, and a descriptor of O_PATH (open(2)) refuses that.
 */
static long open_own(const char *name, int flags)
{
	long guards[3], guard, fd;
	int count = 0;

	atomic_fetch_add(&owned_count, 1);
	while (count < 3 && (guard = sys_open(path, O_PATH | O_CLOEXEC, 0)) >= 0) {
		if (guard > 2) {
			sys_close(guard);
			break;
		}
		guards[count++] = guard;
	}
	fd = sys_open(name, flags, 0600);
	while (count)
		sys_close(guards[--count]);
	if (fd < 0)
		atomic_fetch_sub(&owned_count, 1);
	return fd;
}

bool out_settles(int fd)
{
	for (int i = 0; i < KEPT_COUNT; i++)
		if (fd >= 0 && atomic_load(&kept[i]) == fd)
			return false;
	for (int i = 0; i < 10000 && out_owns(fd); i++)
		sys3(SYS_sched_yield, 0, 0, 0);
	return !out_owns(fd);
}

void out_yield(int fd)
{
	for (int i = 0; i < KEPT_COUNT; i++)
		if (fd >= 0 && atomic_load(&kept[i]) == fd)
			atomic_store(&kept[i], sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, fd + 1));
	for (int i = 0; i < 10000 && out_owns(fd); i++)
		sys3(SYS_sched_yield, 0, 0, 0);
}

void out_yield_all(void)
{
	int kept_count = 0;

	for (int i = 0; i < KEPT_COUNT; i++)
		kept_count += atomic_load(&kept[i]) >= 0;
	for (int i = 0; i < 10000 && atomic_load(&owned_count) > kept_count; i++)
		sys3(SYS_sched_yield, 0, 0, 0);
}

static void close_if_ours(int fd)
{
	static char link[sizeof live_path + 32];
	char name[32];
	struct json j = {.p = name};

	json_put(&j, "/proc/self/fd/");
	json_u64(&j, fd);
	*j.p = 0;
	procfs_link(name, link, sizeof link);
	if (text_starts(link, path) || text_starts(link, live_path))
		sys_close(fd);
}

void out_forked(void)
{
	int kept_count = 0;

	for (int i = 0; i < KEPT_COUNT; i++) {
		int fd = atomic_exchange(&kept[i], -1);
		if (fd >= 0)
			sys_close(fd);
		kept_count += fd >= 0;
	}
	/* Known by its file: what is published may just have been closed, and its number given to the program. Looked for
	 * in any case where there are threads: the kernel copies the descriptors first, then the memory that speaks of
	 * them. */
	if (atomic_exchange(&owned_count, 0) > kept_count || slots_are_several())
		procfs_each_fd(close_if_ours);
	for (int i = 0; i < OWNED_MAX; i++)
		atomic_store(&owned[i], 0);
	path[0] = live_path[0] = 0;
	atomic_store(&written, 0);
	atomic_store(&stopped, false);
	atomic_store(&lost, 0);
}

bool out_stopped(void)
{
	return atomic_load_explicit(&stopped, memory_order_relaxed);
}

void out_lose(const char *why)
{
	atomic_store(&lost_why, why);
	atomic_fetch_add(&lost, 1);
}

uint64_t out_lost(const char **why)
{
	*why = atomic_load(&lost_why);
	return atomic_load_explicit(&lost, memory_order_relaxed);
}

void out_told(uint64_t count)
{
	atomic_fetch_sub(&lost, count);
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

bool out_append(const char *blocks, size_t len)
{
	if (out_stopped())
		return false;
	if (!within_limits(atomic_load(&written) + len)) {
		atomic_store(&stopped, true);
		atomic_store(&lost_why, "SOCKTRACE_MAX or RLIMIT_FSIZE reached");
		return false;
	}
	long fd = atomic_load_explicit(&kept[KEPT_TRACE], memory_order_relaxed), err;
	if (fd >= 0) {
		err = is_still_kept(KEPT_TRACE) ? write_all(fd, blocks, len) : -ESTALE;
	} else if (shim.sandboxed) {
		err = -EPERM; /* nothing could be kept, and an open may be death */
	} else if ((err = fd = open_own(path, TRACE_FLAGS)) >= 0) {
		int place = own(fd);
		err = write_all(fd, blocks, len);
		disown(place, fd);
	} else if (err == -EMFILE) {
		err = borrow_append(path, TRACE_FLAGS, blocks, len);
	}
	if (err < 0) {
		if (!passes(err))
			atomic_store(&stopped, true);
		const char *name = name_of(NAMES_ERRNO, -err);
		atomic_store(&lost_why, name ? name : "the trace file cannot be written");
		return false;
	}
	atomic_fetch_add(&written, len);
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

	put_path(&j, name, suffix, TRACE_SUFFIX);
	put_path(&live, name, suffix, TRACE_LIVE_SUFFIX);
}

bool out_create(const char *name, const char *line, size_t len)
{
	const char *why;
	long fd, err = sys3(SYS_mkdir, (long)shim.out_dir, 0700, 0);

	if (err < 0 && err != -EEXIST)
		goto fail_dir;
	atomic_fetch_add(&owned_count, 1);
	for (int suffix = 0;; suffix++) {
		name_files(name, suffix);
		fd = sys_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
		if (fd != -EEXIST || suffix == 99999)
			break;
	}
	err = fd;
	if (fd < 0) {
		atomic_fetch_sub(&owned_count, 1);
		goto fail_dir;
	}
	int place = own(fd);
	err = within_limits(len) ? write_all(fd, line, len) : -EFBIG;
	disown(place, fd);
	if (err < 0) {
		sys3(SYS_unlink, (long)path, 0, 0);
		goto fail_dir;
	}
	atomic_store(&written, len);
	return true;

fail_dir:
	why = name_of(NAMES_ERRNO, -err);
	shim_complain("cannot write traces in", shim.out_dir, why ? why : "unknown error");
	return false;
}

/* One pad line over all of it, written before it is mapped: there is no instant at which the live file holds anything
 * else. */
static long append_pad(int fd, size_t size)
{
	static const char head[] = TRACE_PAD;
	char *pad = mem_pages(size);
	long ret = -ENOMEM;

	if (!pad)
		return ret;
	memset(pad, ' ', size);
	memcpy(pad, head, sizeof head - 1);
	pad[size - 2] = '}';
	pad[size - 1] = '\n';
	ret = write_all(fd, pad, size);
	sys_munmap(pad, size);
	return ret;
}

/* Lengthen the live file by a pad of `size` bytes and map it. */
static char *append_and_map(int fd, size_t size)
{
	struct stat st;

	if (sys3(SYS_fstat, fd, (long)&st, 0) < 0 || !within_limits(st.st_size + size))
		return NULL;
	/* Before the bytes, so that a full disk leaves no part of a pad there. Not every file system can (EOPNOTSUPP). */
	if (sys6(SYS_fallocate, fd, FALLOC_FL_KEEP_SIZE, st.st_size, size, 0, 0) == -ENOSPC || append_pad(fd, size) < 0)
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

char *out_map_live(size_t size)
{
	int kept_fd = atomic_load(&kept[KEPT_LIVE]);
	char *at = NULL;

	if (out_stopped() || shim.sandboxed)
		return NULL;
	if (kept_fd >= 0) {
		if (!is_still_kept(KEPT_LIVE))
			return NULL;
		at = append_and_map_kept(kept_fd, size);
	} else {
		long fd = open_own(live_path, LIVE_FLAGS);
		if (fd < 0)
			return NULL;
		int place = own(fd);
		at = append_and_map(fd, size);
		disown(place, fd);
	}
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
		sys3(SYS_unlink, (long)live_path, 0, 0);
}
