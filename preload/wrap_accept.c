/*
 * wrap_accept: wrappers of accept. Where the program has no room for the peer's address, it is ours: getpeername afterwards would be a
 * system call more, and one that fails for a peer that has reset the connection by then.
 */
#include <errno.h>
#include <sys/socket.h>

#include "preload/addr.h"
#include "preload/libc_calls.h"
#include "preload/real.h"
#include "preload/record.h"
#include "preload/state.h"

int wrap_accept(int fd, struct sockaddr *addr, socklen_t *len) WRAPPER(accept);
int wrap_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags) WRAPPER(accept4);

/*
 * The kernel looks at no length where there is no room (accept(2)). Only for the Internet's families does it name the peer whatever has
 * become of the connection (inet_getname, called with 2): for others a peer that is gone makes such an accept fail. A filter
 * of system calls may look at the arguments: then not.
 */
static bool lend(struct frame *f, const struct sockaddr *addr, struct addr_room *room)
{
	if (addr || !(f->fd_flags & FD_INET) || shim_sandbox_is(SANDBOX_CHOOSY))
		return false;
	room->len = sizeof room->bytes;
	libc_calls_lent(f, 1, room->bytes);
	libc_calls_lent(f, 2, &room->len);
	f->peer = room;
	return true;
}

int wrap_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	long args[] = {fd, (long)addr, (long)len};
	struct addr_room room;
	struct frame f;

	if (!record_enter(&f, CALL_accept, args, __builtin_return_address(0)))
		return REAL(accept)(fd, addr, len);
	bool lent = lend(&f, addr, &room);
	int ret = lent ? REAL(accept)(fd, (struct sockaddr *)room.bytes, &room.len) : REAL(accept)(fd, addr, len);
	record_leave(&f, ret, errno);
	return ret;
}

int wrap_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	long args[] = {fd, (long)addr, (long)len, flags};
	struct addr_room room;
	struct frame f;

	if (!record_enter(&f, CALL_accept4, args, __builtin_return_address(0)))
		return REAL(accept4)(fd, addr, len, flags);
	bool lent = lend(&f, addr, &room);
	int ret = lent ? REAL(accept4)(fd, (struct sockaddr *)room.bytes, &room.len, flags)
		       : REAL(accept4)(fd, addr, len, flags);
	record_leave(&f, ret, errno);
	return ret;
}
