/* adopt: sockets that nobody has told of. With other threads that may be so for a moment only. */
#include "preload/adopt.h"

#include "preload/fdtable.h"
#include "preload/process.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

enum { TOLD_NS = 2000000 };

/* Another thread may have just made it, and say so in a moment. */
static bool is_told_of(int fd)
{
	uint64_t begin = shim_now_ns();

	while (!(fd_flags(fd) & FD_SOCKET) && shim_now_ns() - begin < TOLD_NS)
		sys3(SYS_sched_yield, 0, 0, 0);
	return fd_flags(fd) & FD_SOCKET;
}

/* Returns whether it was still there behind that: another thread may have closed it, and have made something else of the number. */
static bool meet(int fd, uint64_t sock, uint32_t flags)
{
	fd_meet_socket(fd, sock, flags);
	if (shim_is_alone() || sock_identity(fd) == sock)
		return true;
	fd_clear(fd);
	fd_forget(fd);
	return false;
}

void adopt_socket(struct frame *f)
{
	uint64_t sock = sock_identity(f->fd);

	if (sock && !f->child && !shim_is_alone()) {
		if (is_told_of(f->fd)) {
			f->fd_flags = fd_flags(f->fd);
			f->sock = fd_sock(f->fd);
			return;
		}
		sock = sock_identity(f->fd);
	}
	if (!sock)
		return;
	f->sock = sock;
	f->fd_flags = FD_SOCKET | sock_flags(f->fd);
	if (f->child) {
		vforked_made(f->fd);
		return;
	}
	/* Another thread is amid its close: the number is nobody's in a moment. */
	if (fd_flags(f->fd) & FD_WAS && fd_sock(f->fd) == sock)
		return;
	if (meet(f->fd, sock, f->fd_flags) && process_is_traced())
		process_inherit(f->fd, "untraced");
}
