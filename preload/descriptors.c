/*
 * descriptors: which descriptors this process has open. poll(2) would say it of all numbers in one cheap call, but asks whatever is open for
 * news, and some tell theirs once: to the next who asks, a list of mounts that has changed says that it has not (proc_pid_mounts(5)).
 */
#include "preload/descriptors.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>

#include "preload/mem.h"
#include "preload/sys.h"

enum {
	LOW = 8, /* most programs are given three, and what they are started with beside them has the next numbers */
	WITHOUT_PROC = 1024, /* RLIMIT_NOFILE, where nobody has raised it */
};

/* The size of /proc/self/fd: how many are open (Linux 6.2). Opening and reading it takes twice as long as asking for it. */
static long count_open(void)
{
	struct stat st;

	return sys6(SYS_newfstatat, AT_FDCWD, (long)"/proc/self/fd", (long)&st, 0, 0, 0) < 0 ? -1 : st.st_size;
}

/* Those below `end` one by one. Returns how many there were; stops at `most`. */
static long each_below(int end, long most, bool (*what)(int fd))
{
	long found = 0;

	for (int fd = 0; fd < end && found < most; fd++)
		found += what(fd);
	return found;
}

struct dirent64 {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

static int number_of(const char *name)
{
	int fd = 0;

	while (*name >= '0' && *name <= '9')
		fd = fd * 10 + (*name++ - '0');
	return fd;
}

static bool each_listed(int first, bool (*what)(int fd))
{
	_Alignas(struct dirent64) char room[512];
	long dir = sys_open_read("/proc/self/fd", O_DIRECTORY), n;

	while (dir >= 0 && (n = sys3(SYS_getdents64, dir, (long)room, sizeof room)) > 0) {
		for (long at = 0; at < n;) {
			const struct dirent64 *d = (const struct dirent64 *)(room + at);
			int fd = number_of(d->name);
			if (d->name[0] != '.' && fd >= first && fd != dir)
				what(fd);
			at += d->reclen;
		}
	}
	if (dir >= 0)
		sys_close(dir);
	return dir >= 0;
}

void descriptors_each_from(int first, bool (*what)(int fd))
{
	if (!each_listed(first, what))
		for (int fd = first; fd < WITHOUT_PROC; fd++)
			what(fd);
}

void descriptors_each(bool (*what)(int fd))
{
	long open = count_open();

	if (open < 0)
		each_below(WITHOUT_PROC, WITHOUT_PROC, what);
	else if (open == 0)
		each_listed(0, what);
	else if (each_below(LOW, open, what) < open)
		each_listed(LOW, what);
}
