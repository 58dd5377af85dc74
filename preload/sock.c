/* sock: what the kernel says of a socket. */
#include "preload/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "preload/clock.h"
#include "preload/fdtable.h"
#include "preload/hash.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

uint64_t sock_inode(int fd)
{
	struct stat st;

	if (shim_is_sandboxed())
		return 0;
	return sys3(SYS_fstat, fd, (long)&st, 0) == 0 && S_ISSOCK(st.st_mode) ? st.st_ino : 0;
}

bool sock_ask(int fd, uint64_t *identity)
{
	int len = sizeof *identity;
	long err;

	*identity = 0;
	if (shim_is_sandboxed())
		return false;
	err = sys6(SYS_getsockopt, fd, SOL_SOCKET, SO_COOKIE, (long)identity, (long)&len, 0);
	if (err < 0)
		*identity = err == -ENOTSOCK || err == -EBADF ? 0 : sock_inode(fd);
	return err != -EBADF;
}

uint64_t sock_identity(int fd)
{
	uint64_t identity;

	sock_ask(fd, &identity);
	return identity;
}

/* Which process this is, in 30 bits: by when it first asked, too, for each container has a pid 1. */
static uint64_t process_bits(void)
{
	static _Atomic uint64_t bits;
	uint64_t none = 0, own = clock_ns() ^ (uint64_t)shim.pid << 40;

	if (!atomic_load(&bits))
		atomic_compare_exchange_strong(&bits, &none, own);
	return hash_place(atomic_load(&bits), 30);
}

/* Beyond what the kernel gives, and no other process's. */
uint64_t sock_number(void)
{
	enum { MADE = 22 };
	static _Atomic uint32_t made;

	return TRACE_OWN_SOCK | process_bits() << MADE | atomic_fetch_add(&made, 1) % (1u << MADE);
}

int sock_option(int fd, int option)
{
	int value, len = sizeof value;

	if (shim_is_sandboxed())
		return -1;
	return sys6(SYS_getsockopt, fd, SOL_SOCKET, option, (long)&value, (long)&len, 0) == 0 ? value : -1;
}

uint32_t sock_flags_of(int domain, int type)
{
	return (domain == AF_UNIX ? FD_UNIX : 0) | (domain == AF_INET || domain == AF_INET6 ? FD_INET : 0) |
	       (type & SOCK_NONBLOCK ? FD_NONBLOCK : 0) | ((type & 0xf) == SOCK_STREAM ? FD_STREAM : 0);
}

uint32_t sock_flags(int fd)
{
	long status = shim_is_sandboxed() ? 0 : sys3(SYS_fcntl, fd, F_GETFL, 0);

	return sock_flags_of(sock_option(fd, SO_DOMAIN), sock_option(fd, SO_TYPE)) |
	       (status > 0 && status & O_NONBLOCK ? FD_NONBLOCK : 0);
}

void sock_put(struct json *j, int fd, uint64_t sock)
{
	json_put(j, "{\"fd\":");
	json_i64(j, fd);
	if (sock) {
		json_put(j, ",\"sock\":");
		json_u64(j, sock);
	}
	json_put(j, "}");
}
