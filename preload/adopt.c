/* adopt: sockets that nobody has told of. With other threads that may be so for a moment only. */
#include "preload/adopt.h"

#include "preload/clock.h"
#include "preload/fdtable.h"
#include "preload/process.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

enum {
	TOLD_NS = 2000000, /* who is preempted between the kernel's answer and his note runs on by then, mostly */
	VAIN_MAX = 8,      /* waits: some sockets nobody ever tells of */
};

_Atomic bool adopt_has_met;
static _Atomic int in_vain;

/* Another thread may have just made it, and say so in a moment; or have closed it. */
static bool is_told_of(int fd)
{
	uint64_t begin = clock_ns();

	while (!(fd_flags(fd) & FD_SOCKET)) {
		if (atomic_load(&in_vain) >= VAIN_MAX || shim_is_sandboxed())
			return false;
		if (clock_ns() - begin > TOLD_NS) {
			atomic_fetch_add(&in_vain, 1);
			return false;
		}
		sys3(SYS_sched_yield, 0, 0, 0);
	}
	return true;
}

/* Returns whether it was still there behind that: another thread may have closed it, and have made something else of the number. */
static bool meet(int fd, uint64_t sock, uint32_t flags)
{
	atomic_store(&adopt_has_met, true);
	fd_meet_socket(fd, sock, flags);
	if (shim_is_alone() || sock_identity(fd) == sock)
		return true;
	if (fd_sock(fd) == sock) {
		fd_clear(fd);
		fd_forget(fd);
	}
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
	if (f->child)
		vforked_made(f->fd);
	else if (meet(f->fd, sock, f->fd_flags) && process_is_traced())
		process_inherit(f->fd, "untraced");
}
