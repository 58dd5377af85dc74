/* vforked: the descriptors of a child that runs in this memory: our table is its parent's. */
#include "preload/vforked.h"

#include <stdbool.h>

#include "preload/fdtable.h"
#include "preload/sock.h"
#include "preload/state.h"

/* The kernel knows which table is meant. Where it must not be asked, what the child had from its parent is all that is known. */
uint32_t vforked_flags(int fd, uint64_t *sock)
{
	uint32_t parents = fd_flags(fd) & ~FD_CHILDS;
	uint64_t before = parents & FD_SOCKET ? fd_sock(fd) : 0;

	*sock = before;
	if (shim.sandboxed || !(fd_flags(fd) & (FD_SOCKET | FD_CHILDS)))
		return parents;
	bool is_open = sock_ask(fd, sock);
	if (*sock)
		return *sock == before ? parents : FD_SOCKET | sock_flags(fd);
	return is_open ? 0 : FD_WAS;
}

int vforked_others(int fd, uint64_t sock)
{
	int others = 0;

	if (shim.sandboxed)
		return fd_others(fd);
	for (int at = fd_next_seen(0); at >= 0; at = fd_next_seen(at + 1))
		if (at != fd && (fd_flags(at) & FD_CHILDS || fd_sock(at) == sock) && sock_identity(at) == sock)
			others++;
	return others;
}

void vforked_made(int fd)
{
	self.borrowed |= BORROWED_WITH_SOCKETS;
	fd_set_childs(fd, true);
}

void vforked_ended(void)
{
	for (int fd = fd_next_seen(0); fd >= 0; fd = fd_next_seen(fd + 1))
		fd_set_childs(fd, false);
}
