/* fortified_calls_are_seen: what _FORTIFY_SOURCE makes of read, recv, recvfrom and poll, called by its own names. */
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

ssize_t __read_chk(int fd, void *buf, size_t count, size_t room);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t len, size_t room, int flags, struct sockaddr *addr,
		       socklen_t *addrlen);
int __poll_chk(struct pollfd *fds, nfds_t nfds, int timeout, size_t room);

int main(void)
{
	char room[16];
	int sv[2];

	expect_pair(sv);
	must(write(sv[0], "abcdef", 6) == 6);
	expect("write fd=%d ret=6 via=-", sv[0]);
	struct pollfd fds[] = {{.fd = sv[1], .events = POLLIN}};
	must(__poll_chk(fds, 1, -1, sizeof fds) == 1);
	expect("poll via=__poll_chk ret=1 ready.0.fd=%d ready.0.events=[POLLIN]", sv[1]);
	must(__read_chk(sv[1], room, 2, sizeof room) == 2);
	expect("read via=__read_chk fd=%d sock=$b ret=2 data=ab", sv[1]);
	must(__recv_chk(sv[1], room, 2, sizeof room, MSG_PEEK) == 2);
	expect("recv via=__recv_chk fd=%d args.flags=[MSG_PEEK] ret=2 data=cd", sv[1]);
	must(__recvfrom_chk(sv[1], room, 4, sizeof room, 0, NULL, NULL) == 4);
	expect("recvfrom via=__recvfrom_chk fd=%d ret=4 data=cdef", sv[1]);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
