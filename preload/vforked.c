/* vforked: a child that runs in this memory, with the variables of the thread that made it: who it is, and what its descriptors are. */
#include "preload/vforked.h"

#include <stdatomic.h>

#include "preload/fdtable.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/sys.h"

enum { OWN_CALLS_MAX = 10000 };

static _Atomic int with_sockets; /* how many such children have made some: what they made is marked in one table */

/* What it has made is gone with it. */
static void unmark(void)
{
	if (atomic_fetch_sub(&with_sockets, 1) > 1)
		return;
	for (int fd = fd_next_with(FD_CHILDS, 0); fd >= 0; fd = fd_next_with(FD_CHILDS, fd + 1))
		fd_set_childs(fd, false);
}

int vforked_lend(int to)
{
	int was = self.borrowed;

	shim_know_thread(); /* the child would find its own */
	self.borrowed = (was + BORROWED_AGAIN) | to;
	self.own_calls = 0;
	return was;
}

void vforked_take_back(int borrowed)
{
	int ended = self.borrowed & ~borrowed;

	if (ended & BORROWED_WITH_SOCKETS)
		unmark();
	self.borrowed = borrowed;
	/* Not what who lent is about to exec with itself: a handler has interrupted it. */
	if (!self.spent || self.spent_by / BORROWED_AGAIN <= borrowed / BORROWED_AGAIN)
		return;
	sys_munmap(self.spent, self.spent_len);
	self.spent = NULL;
}

/* Where nobody may be asked: what is on our own stack may be a child of vfork, but none of clone that runs beside us. */
static bool may_be_childs(void)
{
	size_t here = (size_t)__builtin_frame_address(0);

	return self.borrowed & BORROWED_BY_CHILD || here < self.stack_low || here >= self.stack_high;
}

int vforked_who(void)
{
	int pid;

	if ((self.borrowed & (BORROWED_BY_CLONES | BORROWED_IN_SANDBOX)) == BORROWED_IN_SANDBOX)
		return self.childs_pid;
	if (shim_sandbox_is(SANDBOX_SHY))
		return may_be_childs() ? -1 : 0;
	if (self.borrowed & BORROWED_BY_CLONES)
		return sys_gettid() == self.tid ? 0 : -1;
	pid = sys_getpid();
	if (pid != shim.pid)
		return pid;
	/* So many come before no child: a handler has jumped out of system(3), and nobody takes back what was lent. */
	if (++self.own_calls > OWN_CALLS_MAX)
		vforked_take_back(0);
	return 0;
}

bool vforked_runs(void)
{
	if (self.borrowed & BORROWED_IN_SANDBOX)
		return true;
	/* Where a filter may punish the question it is asked only if it has an answer. */
	if (!*shim.alive || (shim_is_sandboxed() && !self.borrowed))
		return false;
	if (shim_sandbox_is(SANDBOX_SHY))
		return may_be_childs();
	return sys_getpid() != shim.pid;
}

/* The kernel knows which table is meant. Where it must not be asked, what the child had from its parent is all that is known. */
uint32_t vforked_flags(int fd, uint64_t *sock)
{
	uint32_t parents = fd_flags(fd) & ~FD_CHILDS;
	uint64_t before = parents & FD_SOCKET ? fd_sock(fd) : 0;

	*sock = before;
	if (shim_is_sandboxed() || !(fd_flags(fd) & (FD_SOCKET | FD_CHILDS)))
		return parents;
	bool is_open = sock_ask(fd, sock);
	if (*sock)
		return *sock == before ? parents : FD_SOCKET | sock_flags(fd);
	return is_open ? 0 : FD_WAS;
}

/* Of what it had from its parent, or has made. */
static int next(int from)
{
	return fd_next_with(FD_SOCKET | FD_CHILDS, from);
}

int vforked_next(int from)
{
	uint64_t sock;

	do
		from = next(from);
	while (from >= 0 && !(vforked_flags(from, &sock) & FD_SOCKET) && ++from);
	return from;
}

int vforked_others(int fd, uint64_t sock)
{
	bool has_own = self.borrowed & BORROWED_WITH_SOCKETS;
	int others = 0;

	/* Its parent has no others, and it has made none: not to be looked for, since it may close thousands. */
	if (shim_is_sandboxed() || (!has_own && fd_sock(fd) == sock && fd_others(fd) == 0))
		return fd_others(fd);
	for (int at = next(0); at >= 0; at = next(at + 1))
		if (at != fd && (fd_flags(at) & FD_CHILDS || fd_sock(at) == sock) && sock_identity(at) == sock)
			others++;
	return others;
}

void vforked_made(int fd)
{
	if (!(self.borrowed & BORROWED_WITH_SOCKETS))
		atomic_fetch_add(&with_sockets, 1);
	self.borrowed |= BORROWED_WITH_SOCKETS;
	fd_set_childs(fd, true);
}
