/*
 * descriptors: which descriptors this process has open. /proc/self/fd would tell, but it takes 90 microseconds, two thirds of them to open it;
 * poll(2) takes five to say of each number whether it is open, and is enough where no number can be higher.
 */
#include "preload/descriptors.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "preload/mem.h"
#include "preload/sys.h"

/* A shell that has its script, or its terminal, at 255 leaves a table of this size to what it starts. */
enum { FEW = 256, WORD = 64 };

/*
 * The kernel reads and writes no more of a set of descriptors than the process's table of them has entries (fs/select.c,
 * core_sys_select): what lies beyond stays as it is. Of a table with more than FEW the last word is read, and is found to have closed
 * descriptors in it (EBADF), or is cleared, because none of them waits to tell something urgent.
 */
static bool are_few(void)
{
	uint64_t set[FEW / WORD + 1] = {[FEW / WORD] = UINT64_MAX};
	struct timespec none = {0};

	return sys6(SYS_pselect6, FEW + WORD, 0, 0, (long)set, (long)&none, 0) == 0 && set[FEW / WORD] == UINT64_MAX;
}

/* False, and nothing done, where the process may not ask for so many at once (RLIMIT_NOFILE). */
static bool each_of_few(void (*what)(int fd))
{
	struct pollfd asked[FEW];
	struct timespec none = {0};

	for (int fd = 0; fd < FEW; fd++)
		asked[fd] = (struct pollfd){.fd = fd};
	if (sys6(SYS_ppoll, (long)asked, FEW, (long)&none, 0, 0, 0) < 0)
		return false;
	for (int fd = 0; fd < FEW; fd++)
		if (!(asked[fd].revents & POLLNVAL))
			what(fd);
	return true;
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

static void each_of_many(void (*what)(int fd))
{
	_Alignas(struct dirent64) char room[512];
	long dir = sys_open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), n;

	while (dir >= 0 && (n = sys3(SYS_getdents64, dir, (long)room, sizeof room)) > 0) {
		for (long at = 0; at < n;) {
			const struct dirent64 *d = (const struct dirent64 *)(room + at);
			int fd = number_of(d->name);
			if (d->name[0] != '.' && fd != dir)
				what(fd);
			at += d->reclen;
		}
	}
	if (dir >= 0)
		sys_close(dir);
}

void descriptors_each(void (*what)(int fd))
{
	if (!are_few() || !each_of_few(what))
		each_of_many(what);
}
