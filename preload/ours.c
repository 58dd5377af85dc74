/* ours: descriptors of our own: open for the microseconds of an append, or kept by a process that gave up rights. */
#include "preload/ours.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "preload/descriptors.h"
#include "preload/mem.h"
#include "preload/procfs.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

enum { OPEN_MAX_OURS = 16, TRIES = 10000, GIVEN_UP = -2 };
enum {
	TO_BE_OPENED = -1, /* published for no descriptor: a file is about to be opened */
	GUARDS = -2,       /* and what has kept another from 0, 1 and 2 is about to be closed */
};

static _Atomic uint64_t opened[OPEN_MAX_OURS]; /* by whom, and above that the descriptor + 1, 0 if it is about to be; all 0: free */
static _Atomic int count;                      /* of these, and of what is kept */

static _Atomic int kept[OURS_KEPT] = {-1, -1, -1};
static struct file {
	uint64_t dev, ino;
} kept_files[OURS_KEPT];
static bool is_parents_own[OURS_KEPT]; /* it keeps its files there, in the table of descriptors that is ours too */

/* As in `opened`. Who runs on another's variables is a process of its own. */
static uint64_t entry(int fd)
{
	return (uint64_t)(fd + 1) << 32 | (uint32_t)(self.borrowed ? sys_gettid() : self.tid);
}

static bool replace(uint64_t old, uint64_t new)
{
	for (int i = 0; i < OPEN_MAX_OURS; i++) {
		uint64_t now = old;
		if (atomic_compare_exchange_strong(&opened[i], &now, new))
			return true;
	}
	return false;
}

/* Where all places are taken nobody is warned, which only matters to a program that closes what it never opened. */
static void announce(int fd)
{
	if (replace(0, entry(fd)))
		atomic_fetch_add(&count, 1);
}

static void withdraw(uint64_t mine)
{
	if (replace(mine, 0))
		atomic_fetch_sub(&count, 1);
}

/* A child of vfork may have been killed amid it, in a table of descriptors that is gone as well. */
static void forget_killed(void)
{
	for (int i = 0; i < OPEN_MAX_OURS && !shim_is_sandboxed(); i++) {
		uint64_t e = atomic_load(&opened[i]);
		if (e && sys3(SYS_tkill, (uint32_t)e, 0, 0) == -ESRCH)
			withdraw(e);
	}
}

static void wait_while(bool (*is_open)(int fd), int fd)
{
	for (int i = 0; i < TRIES && is_open(fd); i++)
		if (i == 0)
			forget_killed();
		else
			sys3(SYS_sched_yield, 0, 0, 0);
}

static bool is_published(int fd)
{
	for (int i = 0; i < OPEN_MAX_OURS; i++) {
		uint64_t e = atomic_load(&opened[i]);
		if (e && e >> 32 == (uint32_t)(fd + 1))
			return true;
	}
	return false;
}

/* What is guarded here is taken for the program's by a thread that is about to open a file: not before it has done so. */
static void close_guards(const long *guards, int n)
{
	for (int i = 0; n && i < TRIES; i++) {
		announce(GUARDS);
		while (n && (!is_published(TO_BE_OPENED) || i == TRIES - 1))
			sys_close(guards[--n]);
		withdraw(entry(GUARDS));
		if (n)
			sys3(SYS_sched_yield, 0, 0, 0);
	}
}

/* Of the directory, since the file may be about to be made. It refuses to be written to. */
static long open_guard(int dir)
{
	const char *name = dir == AT_FDCWD ? shim.out_dir : ".";
	long guard = sys_openat(dir, name, SYS_READS | O_DIRECTORY, 0);

	return guard == -EACCES ? sys_openat(dir, name, O_PATH | O_CLOEXEC, 0) : guard;
}

long ours_open(int dir, const char *name, int flags)
{
	long guards[3], guard, fd;
	int n = 0;

	/* Before: a fork's child must know that one may be open. */
	announce(TO_BE_OPENED);
	wait_while(is_published, GUARDS);
	while (n < 3 && (guard = open_guard(dir)) >= 0) {
		if (guard > 2) {
			sys_close(guard);
			break;
		}
		guards[n++] = guard;
	}
	fd = sys_openat(dir, name, flags, 0600);
	if (fd >= 0)
		replace(entry(TO_BE_OPENED), entry(fd));
	else
		withdraw(entry(TO_BE_OPENED));
	close_guards(guards, n);
	return fd;
}

void ours_close(int fd)
{
	sys_close(fd);
	withdraw(entry(fd));
}

static bool is_kept(int fd)
{
	for (int i = 0; i < OURS_KEPT; i++)
		if (fd >= 0 && atomic_load_explicit(&kept[i], memory_order_relaxed) == fd)
			return true;
	return false;
}

bool ours_has(int fd)
{
	if (!atomic_load_explicit(&count, memory_order_relaxed))
		return false;
	for (int i = 0; i < OPEN_MAX_OURS; i++)
		if (fd >= 0 && atomic_load_explicit(&opened[i], memory_order_relaxed) >> 32 == (uint32_t)fd + 1)
			return true;
	return is_kept(fd);
}

bool ours_settles(int fd)
{
	if (is_kept(fd))
		return false;
	wait_while(ours_has, fd);
	return !ours_has(fd);
}

/* A copy at a higher number, or at any: where there is none the file is opened by its path, as far as that can still be done. In a sandbox no
 * call but write is safe, nor is one to a number that may be the program's. */
static int move_out_of_the_way(int fd)
{
	if (shim_is_sandboxed())
		return GIVEN_UP;
	long copy = sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, fd + 1);
	if (copy < 0)
		copy = sys3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -1 : copy;
}

int ours_yield(int fd)
{
	int which = OURS_KEPT - 1;

	while (which >= 0 && (fd < 0 || atomic_load(&kept[which]) != fd))
		which--;
	if (which >= 0 && self.borrowed && vforked_runs())
		return -1; /* a child of vfork has a table of its own, in which it takes the number */
	if (which >= 0)
		atomic_store(&kept[which], move_out_of_the_way(fd));
	wait_while(ours_has, fd);
	return which;
}

void ours_yielded(int which, int fd, bool taken)
{
	int copy;

	if (which < 0)
		return;
	copy = atomic_load(&kept[which]);
	if (!taken)
		atomic_store(&kept[which], fd);
	if (!taken && copy >= 0)
		sys_close(copy);
	if (taken && copy < 0)
		atomic_fetch_sub(&count, 1);
}

static int count_kept(void)
{
	int n = 0;

	for (int i = 0; i < OURS_KEPT; i++)
		n += atomic_load(&kept[i]) >= 0;
	return n;
}

static bool any_is_open(int fd)
{
	(void)fd;
	return atomic_load(&count) > count_kept();
}

void ours_yield_all(void)
{
	wait_while(any_is_open, -1);
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

/* The file behind a descriptor, by which ours is known from what the program has put in its place. */
static bool file_of(int fd, struct file *file)
{
	struct stat st;

	if (sys3(SYS_fstat, fd, (long)&st, 0) < 0)
		return false;
	*file = (struct file){st.st_dev, st.st_ino};
	return true;
}

void ours_keep(enum ours_kept which, int fd)
{
	if (fd < 0 || !file_of(fd, &kept_files[which]))
		return;
	if (atomic_exchange(&kept[which], move_up(fd)) < 0)
		atomic_fetch_add(&count, 1);
	is_parents_own[which] = false;
	withdraw(entry(fd)); /* ours_open has said so */
}

int ours_kept(enum ours_kept which)
{
	int fd = atomic_load_explicit(&kept[which], memory_order_relaxed);
	struct file now;

	if (fd < 0)
		return fd;
	if (is_parents_own[which])
		return -1;
	if (shim_is_sandboxed())
		return fd; /* asking may be death */
	if (file_of(fd, &now) && now.dev == kept_files[which].dev && now.ino == kept_files[which].ino)
		return fd;
	return -2;
}

int ours_next_kept(unsigned first)
{
	int lowest = -1;

	for (int i = 0; i < OURS_KEPT; i++) {
		int fd = atomic_load(&kept[i]);
		if (fd >= 0 && (unsigned)fd >= first && (lowest < 0 || fd < lowest))
			lowest = fd;
	}
	return lowest;
}

int ours_close_others(int (*close_range)(unsigned, unsigned, int), unsigned first, unsigned last, int flags)
{
	for (int ours; (ours = ours_next_kept(first)) >= 0 && (unsigned)ours <= last; first = ours + 1) {
		int ret = (unsigned)ours > first ? close_range(first, ours - 1, flags) : 0;
		if (ret < 0 || (unsigned)ours == last)
			return ret;
	}
	return close_range(first, last, flags);
}

static struct ours_files parents;

/* Of a directory that may not be read. */
static bool is_guard(int fd, const char *in_dir)
{
	return !*in_dir && !is_kept(fd) && sys3(SYS_fcntl, fd, F_GETFL, 0) & O_PATH &&
	       sys3(SYS_faccessat, AT_FDCWD, (long)parents.dir, R_OK) != 0;
}

static bool is_parents(int fd, const char *link)
{
	const char *in_dir = link + text_len(parents.dir);

	if (!text_starts(link, parents.dir))
		return false;
	for (int i = 0; i < OURS_DIR && *in_dir == '/'; i++)
		if (*parents.names[i] && text_starts(in_dir + 1, parents.names[i]))
			return true;
	return is_guard(fd, in_dir);
}

static bool is_read_by_parent(int fd)
{
	int flags = sys3(SYS_fcntl, fd, F_GETFL, 0), seen = O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC | O_PATH;

	return (flags & seen) == (SYS_READS & seen) && sys3(SYS_fcntl, fd, F_GETFD, 0) == FD_CLOEXEC;
}

static bool close_if_parents(int fd)
{
	static char link[PATH_MAX + 128];
	struct stat st;

	/* To write a link down takes the kernel longer. */
	if (sys3(SYS_fstat, fd, (long)&st, 0) < 0)
		return false;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return true;
	if (is_read_by_parent(fd)) {
		sys_close(fd);
		return true;
	}
	procfs_fd(fd, link, sizeof link);
	if (is_parents(fd, link))
		sys_close(fd);
	return *link;
}

static void forget_kept(void)
{
	for (int i = 0; i < OURS_DIR; i++) {
		int fd = atomic_exchange(&kept[i], -1);
		if (fd >= 0)
			sys_close(fd);
	}
}

/* What we closed would be closed for the parent. Its numbers stay hidden, its directory serves both. */
static void leave_to_parent(void)
{
	for (int i = 0; i < OURS_DIR; i++)
		is_parents_own[i] = true;
}

void ours_forked(const struct ours_files *files, bool others)
{
	int before = atomic_exchange(&count, 0), were_kept = count_kept();

	if (shim.shares_files)
		leave_to_parent();
	else
		forget_kept();
	atomic_fetch_add(&count, count_kept());
	parents = *files;
	/*
	 * Known by its file: what is published may just have been closed, and its number given to the program. Looked for in any
	 * case where other threads record: the kernel copies the descriptors first, then the memory that speaks of them.
	 */
	if (!shim.shares_files && (before > were_kept || others))
		descriptors_each(close_if_parents);
	for (int i = 0; i < OPEN_MAX_OURS; i++)
		atomic_store(&opened[i], 0);
}
