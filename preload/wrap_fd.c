/*
 * wrap_fd: wrappers of the calls on descriptors that are variadic, must spare a descriptor of ours, or make or copy an epoll set: of that
 * something is noted also where the call is not recorded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "preload/changes.h"
#include "preload/descriptors.h"
#include "preload/ours.h"
#include "preload/real.h"
#include "preload/record.h"
#include "preload/state.h"
#include "preload/sys.h"

int wrap_close(int fd) WRAPPER(close);
int wrap_dup(int oldfd) WRAPPER(dup);
int wrap_dup2(int oldfd, int newfd) WRAPPER(dup2);
int wrap_dup3(int oldfd, int newfd, int flags) WRAPPER(dup3);
int wrap_close_range(unsigned first, unsigned last, int flags) WRAPPER(close_range);
void wrap_closefrom(int lowfd) WRAPPER(closefrom);
int wrap_fclose(FILE *stream) WRAPPER(fclose);
FILE *wrap_freopen(const char *pathname, const char *mode, FILE *stream) WRAPPER(freopen);
int wrap_fcntl(int fd, int cmd, ...) WRAPPER(fcntl);
int wrap_fcntl64(int fd, int cmd, ...) WRAPPER(fcntl64);
int wrap_ioctl(int fd, unsigned long request, ...) WRAPPER(ioctl);
int wrap_epoll_create(int size) WRAPPER(epoll_create);
int wrap_epoll_create1(int flags) WRAPPER(epoll_create1);

int wrap_close(int fd)
{
	long args[] = {fd};
	struct frame f;

	if (__builtin_expect(ours_has(fd), 0) && !ours_settles(fd)) {
		errno = EBADF;
		return -1;
	}
	if (!record_watches(fd) || !record_enter(&f, CALL_close, args, __builtin_return_address(0)))
		return REAL(close)(fd);
	int ret = REAL(close)(fd);
	record_leave(&f, ret, errno);
	return ret;
}

int wrap_dup(int oldfd)
{
	long args[] = {oldfd};
	struct frame f;

	bool recorded = record_watches(oldfd) && record_enter(&f, CALL_dup, args, __builtin_return_address(0));
	int ret = REAL(dup)(oldfd);
	if (recorded)
		record_leave(&f, ret, errno);
	else
		changes_copied(oldfd, F_DUPFD, ret);
	return ret;
}

int wrap_dup2(int oldfd, int newfd)
{
	long args[] = {oldfd, newfd};
	struct frame f;

	bool recorded = record_enter(&f, CALL_dup2, args, __builtin_return_address(0));
	int ours = ours_yield(newfd);
	int ret = REAL(dup2)(oldfd, newfd);
	ours_yielded(ours, newfd, ret >= 0);
	if (recorded)
		record_leave(&f, ret, errno);
	else
		changes_copied(oldfd, F_DUPFD, ret);
	return ret;
}

int wrap_dup3(int oldfd, int newfd, int flags)
{
	long args[] = {oldfd, newfd, flags};
	struct frame f;

	bool recorded = record_enter(&f, CALL_dup3, args, __builtin_return_address(0));
	int ours = ours_yield(newfd);
	int ret = REAL(dup3)(oldfd, newfd, flags);
	ours_yielded(ours, newfd, ret >= 0);
	if (recorded)
		record_leave(&f, ret, errno);
	else
		changes_copied(oldfd, F_DUPFD, ret);
	return ret;
}

int wrap_close_range(unsigned first, unsigned last, int flags)
{
	long args[] = {first, last, flags};
	struct frame f;

	ours_yield_all();
	if (!record_enter(&f, CALL_close_range, args, __builtin_return_address(0)))
		return ours_close_others(REAL(close_range), first, last, flags);
	int ret = ours_close_others(REAL(close_range), first, last, flags);
	record_leave(&f, ret, errno);
	return ret;
}

static bool close_other(int fd)
{
	if (ours_next_kept(fd) != fd)
		sys_close(fd);
	return true;
}

/* closefrom(3): cannot fail, also before Linux 5.9 and where a container's filter knows no close_range. */
static void close_from(int lowfd)
{
	int first = lowfd > 0 ? lowfd : 0;

	if (ours_next_kept(0) < 0)
		REAL(closefrom)(lowfd);
	else if (ours_close_others(REAL(close_range), first, ~0u, 0) < 0)
		descriptors_each_from(first, close_other);
}

void wrap_closefrom(int lowfd)
{
	long args[] = {lowfd};
	struct frame f;

	ours_yield_all();
	bool recorded = record_enter(&f, CALL_closefrom, args, __builtin_return_address(0));
	close_from(lowfd);
	if (recorded)
		record_leave(&f, 0, 0);
}

/* -1 where it has none, as one in memory: fileno sets errno there. */
static int descriptor_of(FILE *stream)
{
	int err = errno, fd = fileno(stream);

	errno = err;
	return fd;
}

int wrap_fclose(FILE *stream)
{
	struct frame f;
	long args[] = {descriptor_of(stream)};

	if (!record_watches(args[0]) || !record_enter(&f, CALL_fclose, args, __builtin_return_address(0)))
		return REAL(fclose)(stream);
	int ret = REAL(fclose)(stream);
	record_leave(&f, ret, errno);
	return ret;
}

FILE *wrap_freopen(const char *pathname, const char *mode, FILE *stream)
{
	struct frame f;
	long args[] = {descriptor_of(stream), (long)pathname, (long)mode};

	if (!record_watches(args[0]) || !record_enter(&f, CALL_freopen, args, __builtin_return_address(0)))
		return REAL(freopen)(pathname, mode, stream);
	FILE *ret = REAL(freopen)(pathname, mode, stream);
	record_leave(&f, (long)ret, errno);
	return ret;
}

SAME_AS(freopen64, freopen);

/* The third argument may be absent, an int, a long or a pointer: as a word it is forwarded as it came (as libc's own
 * fcntl does). */
static inline void note_lock(int cmd)
{
	if (cmd == F_SETLK || cmd == F_SETLKW)
		shim.locks_records = true;
}

#define WRAP_FCNTL(name)                                                                                               \
	int wrap_##name(int fd, int cmd, ...)                                                                          \
	{                                                                                                              \
		struct frame f;                                                                                        \
		va_list ap;                                                                                            \
		va_start(ap, cmd);                                                                                     \
		long args[] = {fd, cmd, va_arg(ap, long)};                                                             \
		va_end(ap);                                                                                            \
		note_lock(cmd);                                                                                        \
		bool recorded =                                                                                        \
			record_watches(fd) && record_enter(&f, CALL_##name, args, __builtin_return_address(0));        \
		int ret = REAL(name)(fd, cmd, args[2]);                                                                \
		if (recorded)                                                                                          \
			record_leave(&f, ret, errno);                                                                  \
		else                                                                                                   \
			changes_copied(fd, cmd, ret);                                                                  \
		return ret;                                                                                            \
	}
WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)

int wrap_ioctl(int fd, unsigned long request, ...)
{
	struct frame f;
	va_list ap;

	va_start(ap, request);
	long args[] = {fd, request, va_arg(ap, long)};
	va_end(ap);
	if (!record_watches(fd) || !record_enter(&f, CALL_ioctl, args, __builtin_return_address(0)))
		return REAL(ioctl)(fd, request, args[2]);
	int ret = REAL(ioctl)(fd, request, args[2]);
	record_leave(&f, ret, errno);
	return ret;
}

#define WRAP_EPOLL_CREATE(name)                                                                                        \
	int wrap_##name(int arg)                                                                                       \
	{                                                                                                              \
		long args[] = {arg};                                                                                   \
		struct frame f;                                                                                        \
		bool recorded = record_enter(&f, CALL_##name, args, __builtin_return_address(0));                      \
		int ret = REAL(name)(arg);                                                                             \
		if (recorded)                                                                                          \
			record_leave(&f, ret, errno);                                                                  \
		else                                                                                                   \
			changes_made_set(ret);                                                                         \
		return ret;                                                                                            \
	}
WRAP_EPOLL_CREATE(epoll_create)
WRAP_EPOLL_CREATE(epoll_create1)

SAME_AS(__close, close);
SAME_AS(__dup2, dup2);
SAME_AS(_IO_fclose, fclose);
SAME_AS(__fcntl, fcntl);
