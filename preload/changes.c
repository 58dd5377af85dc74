/* changes: what a call that returned has changed. */
#include "preload/changes.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "preload/fdtable.h"
#include "preload/libc_calls.h"
#include "preload/moved.h"
#include "preload/process.h"
#include "preload/ready.h"
#include "preload/sock.h"
#include "preload/state.h"
#include "preload/vforked.h"
#include "preload/watches.h"

static void note_made(struct frame *f, int which, int fd, uint32_t flags)
{
	f->made[which] = fd;
	f->made_sock[which] = shim_is_sandboxed() && !f->child ? sock_number() : sock_identity(fd);
	/* What ss -x shows; of other sockets ss -e shows the identity itself. */
	f->made_ino[which] = flags & FD_UNIX ? sock_inode(fd) : 0;
	if (f->made_sock[which] && f->child)
		vforked_made(fd);
	else if (f->made_sock[which])
		fd_set_socket(fd, f->made_sock[which], flags);
}

/* A copy of another process's descriptor, whose socket may have been here before. */
static void note_met(struct frame *f, int fd)
{
	uint32_t flags = sock_flags(fd);

	f->made[0] = fd;
	f->made_sock[0] = sock_identity(fd);
	f->made_ino[0] = flags & FD_UNIX ? sock_inode(fd) : 0;
	if (f->made_sock[0] && f->child)
		vforked_made(fd);
	else if (f->made_sock[0])
		fd_meet_socket(fd, f->made_sock[0], flags);
}

static void note_copy(struct frame *f, int fd)
{
	f->made[0] = fd;
	f->made_sock[0] = f->sock;
	f->made_ino[0] = 0;
	if (f->child)
		vforked_made(fd);
	else if (fd != f->fd)
		fd_copy(f->fd, fd);
}

/* Whose table it is matters not: the socket has it. */
static void note_nonblock(const struct frame *f, bool on)
{
	if (fd_sock(f->fd) == f->sock)
		fd_set_nonblock(f->fd, on);
}

static void note_fcntl(struct frame *f, long ret)
{
	switch ((int)f->args[1]) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		note_copy(f, ret);
		break;
	case F_SETFL:
		note_nonblock(f, f->args[2] & O_NONBLOCK);
		break;
	}
}

/* What was noted before the call has not happened. */
static void note_failure(const struct frame *f)
{
	if (f->call == CALL_close_range && !f->child)
		fd_reopen_range(f->args[0], f->args[1]);
}

void changes_note(struct frame *f, long ret)
{
	if (!f->accepted) {
		note_failure(f);
		return;
	}
	switch (f->call) {
	case CALL_socket:
		note_made(f, 0, ret, sock_flags_of(f->args[0], f->args[1]));
		break;
	case CALL_accept:
		note_made(f, 0, ret, f->fd_flags & FD_KIND);
		break;
	case CALL_accept4:
		note_made(f, 0, ret, (f->fd_flags & FD_KIND) | (f->args[3] & SOCK_NONBLOCK ? FD_NONBLOCK : 0));
		break;
	case CALL_socketpair:
		for (int i = 0; i < 2; i++)
			note_made(f, i, ((const int *)f->args[3])[i], sock_flags_of(f->args[0], f->args[1]));
		break;
	case CALL_pidfd_getfd:
		note_met(f, ret);
		break;
	case CALL_dup:
	case CALL_dup2:
	case CALL_dup3:
		if (f->sock)
			note_copy(f, ret);
		else if (!f->child) {
			libc_calls_took(ret, fd_clear(ret));
			watches_copy(f->fd, ret);
		}
		break;
	case CALL_fcntl:
	case CALL_fcntl64:
		note_fcntl(f, ret);
		break;
	case CALL_ioctl:
		if ((unsigned long)f->args[1] == FIONBIO && f->args[2])
			note_nonblock(f, *(const int *)f->args[2]);
		break;
	case CALL_recvmsg:
	case CALL_recvmmsg:
		moved_note_received(f, ret);
		break;
	case CALL_epoll_create:
	case CALL_epoll_create1:
		if (!f->child)
			watches_begin(ret);
		break;
	case CALL_epoll_ctl:
		ready_note_watch(f);
		break;
	case CALL_login_tty:
		if (!f->child && !shim_is_sandboxed())
			process_recheck();
		break;
	}
}

/* Is it our table that the call has changed? */
static bool is_ours(void)
{
	return shim_is_on() && !(self.borrowed && vforked_who());
}

void changes_made_set(int epfd)
{
	if (epfd >= 0 && is_ours())
		watches_begin(epfd);
}

void changes_copied_file(int oldfd, int newfd)
{
	if (newfd >= 0 && is_ours())
		watches_copy(oldfd, newfd);
}

void changes_unseen(enum call_id call, const long *args, long ret)
{
	if (call == CALL_dup || call == CALL_dup2 || call == CALL_dup3)
		changes_copied(args[0], F_DUPFD, ret);
	else if (call == CALL_fcntl || call == CALL_fcntl64)
		changes_copied(args[0], args[1], ret);
	else if (call == CALL_epoll_create || call == CALL_epoll_create1)
		changes_made_set(ret);
}
