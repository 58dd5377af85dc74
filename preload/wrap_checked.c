/*
 * wrap_checked: what programs compiled with _FORTIFY_SOURCE call in place of read, recv, recvfrom, poll and ppoll: the
 * same with the size of the buffer, and an end of the program if it is too small (glibc, debug/).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "preload/real.h"
#include "preload/record.h"
#include "preload/sys.h"

/* The wrappers themselves, for their types. */
ssize_t wrap_read(int fd, void *buf, size_t count);
ssize_t wrap_recv(int fd, void *buf, size_t len, int flags);
ssize_t wrap_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *addrlen);
int wrap_poll(struct pollfd *fds, nfds_t nfds, int timeout);
int wrap_ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *mask);

ssize_t checked_read(int fd, void *buf, size_t count, size_t room) WRAPPER(__read_chk);
ssize_t checked_recv(int fd, void *buf, size_t len, size_t room, int flags) WRAPPER(__recv_chk);
ssize_t checked_recvfrom(int fd, void *buf, size_t len, size_t room, int flags, struct sockaddr *addr,
			 socklen_t *addrlen) WRAPPER(__recvfrom_chk);
int checked_poll(struct pollfd *fds, nfds_t nfds, int timeout, size_t room) WRAPPER(__poll_chk);
int checked_ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *mask, size_t room)
	WRAPPER(__ppoll_chk);

static void fail(void)
{
	if (real_chk_fail)
		real_chk_fail();
	sys3(SYS_kill, sys_getpid(), SIGABRT, 0);
}

#define CHECKED(name, too_small, symbol, ...)                                                                          \
	{                                                                                                              \
		struct frame f;                                                                                        \
		if (too_small)                                                                                         \
			fail();                                                                                        \
		if (!record_enter_via(&f, CALL_##name, args, __builtin_return_address(0), symbol))                     \
			return REAL(name)(__VA_ARGS__);                                                                \
		ssize_t ret = REAL(name)(__VA_ARGS__);                                                                 \
		record_leave(&f, ret, errno);                                                                          \
		return ret;                                                                                            \
	}

ssize_t checked_read(int fd, void *buf, size_t count, size_t room)
{
	long args[] = {fd, (long)buf, count};

	if (!record_watches(fd) && count <= room)
		return REAL(read)(fd, buf, count);
	CHECKED(read, count > room, "__read_chk", fd, buf, count)
}

ssize_t checked_recv(int fd, void *buf, size_t len, size_t room, int flags)
{
	long args[] = {fd, (long)buf, len, flags};

	CHECKED(recv, len > room, "__recv_chk", fd, buf, len, flags)
}

ssize_t checked_recvfrom(int fd, void *buf, size_t len, size_t room, int flags, struct sockaddr *addr,
			 socklen_t *addrlen)
{
	long args[] = {fd, (long)buf, len, flags, (long)addr, (long)addrlen};

	CHECKED(recvfrom, len > room, "__recvfrom_chk", fd, buf, len, flags, addr, addrlen)
}

int checked_poll(struct pollfd *fds, nfds_t nfds, int timeout, size_t room)
{
	long args[] = {(long)fds, nfds, timeout};

	CHECKED(poll, room / sizeof *fds < nfds, "__poll_chk", fds, nfds, timeout)
}

int checked_ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *mask, size_t room)
{
	long args[] = {(long)fds, nfds, (long)timeout, (long)mask};

	CHECKED(ppoll, room / sizeof *fds < nfds, "__ppoll_chk", fds, nfds, timeout, mask)
}
