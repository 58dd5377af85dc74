/* odd_arguments_pass: what the kernel takes, or refuses, a tracer must not fall over: it reads the same pointers. */
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect/expect.h"

/* Two ends of a TCP connection. */
static void connect_pair(int ends[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int port, listener = expect_listener("l", &port);

	addr.sin_port = htons(port);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	expect("socket ret=%d", ends[0]);
	must(connect(ends[0], (struct sockaddr *)&addr, sizeof addr) == 0);
	expect("connect fd=%d ret=0", ends[0]);
	ends[1] = accept(listener, NULL, NULL);
	expect("accept ret=%d", ends[1]);
	must(close(listener) == 0);
	expect("close fd=%d", listener);
}

static void lengths_below_zero(int fd)
{
	int one = 1;

	must(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, -1) < 0 && errno == EINVAL);
	expect("setsockopt fd=%d args.optlen=-1 ret=-1 err=EINVAL", fd);
}

/* tcp(7): with MSG_TRUNC the bytes are thrown away; there need be no room for them. */
static void bytes_thrown_away(int ends[2])
{
	must(send(ends[0], "abc", 3, 0) == 3);
	expect("send fd=%d ret=3 data=abc", ends[0]);
	must(recv(ends[1], NULL, 3, MSG_TRUNC) == 3);
	expect("recv fd=%d args.flags=[MSG_TRUNC] ret=3 data=-", ends[1]);
	struct iovec nowhere = {NULL, 3};
	struct mmsghdr message = {.msg_hdr = {.msg_iov = &nowhere, .msg_iovlen = 1}};
	must(send(ends[0], "abc", 3, 0) == 3);
	expect("send fd=%d ret=3 data=abc", ends[0]);
	must(recvmmsg(ends[1], &message, 1, MSG_TRUNC, NULL) == 1 && message.msg_len == 3);
	expect("recvmmsg fd=%d args.flags=[MSG_TRUNC] ret=1 msgs.0.len=3 msgs.0.data=-", ends[1]);
}

/* A bit that has no name takes none of the others': these are ignored. */
static void flags_of_no_name(int ends[2])
{
	char byte;

	must(send(ends[0], "x", 1, MSG_NOSIGNAL | 3 << 21) == 1);
	expect("send fd=%d args.flags=[MSG_NOSIGNAL,%d] ret=1", ends[0], 3 << 21);
	must(recv(ends[1], &byte, 1, MSG_PEEK | 1 << 22 | MSG_CMSG_CLOEXEC) == 1);
	expect("recv fd=%d args.flags=[MSG_PEEK,MSG_CMSG_CLOEXEC,%d] ret=1", ends[1], 1 << 22);
	must(recv(ends[1], &byte, 1, 1 << 22) == 1);
	expect("recv fd=%d args.flags=[%d] ret=1", ends[1], 1 << 22);
}

/* The kernel takes NULL for an option of value 0 here, and reads an int however long the program says it is. */
static void options_without_room(void)
{
	int on = 1, fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd < 0) {
		must(errno == EAFNOSUPPORT);
		expect("socket ret=-1 err=EAFNOSUPPORT");
		return;
	}
	expect("socket ret=%d", fd);
	must(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, NULL, sizeof on) == 0);
	expect("setsockopt fd=%d args.optname=IPV6_V6ONLY ret=0", fd);
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, 1 << 20) == 0);
	expect("setsockopt fd=%d args.optname=SO_REUSEADDR args.optlen=1048576 ret=0", fd);
	must(close(fd) == 0);
	expect("close fd=%d", fd);
}

static void more_descriptors_than_there_are(int ends[2])
{
	fd_set set;
	struct timeval none = {0, 0};

	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	must(select(1 << 20, NULL, &set, NULL, &none) == 1);
	expect("select args.nfds=1048576 args.writefds=[%d] ret=1 ready.0.fd=%d ready.1=-", ends[0], ends[0]);
}

static void pointers_to_nowhere(int ends[2])
{
	char *const argv[] = {"true", NULL};
	void *end = (void *)(uintptr_t)-8;

	must(getsockname(ends[0], end, end) == -1 && errno == EFAULT);
	expect("getsockname fd=%d ret=-1 err=EFAULT", ends[0]);
	must(execve("/bin/true", argv, end) == -1 && errno == EFAULT);
	expect("execve args.pathname=/bin/true ret=-1 err=EFAULT");
}

int main(void)
{
	int ends[2];

	connect_pair(ends);
	lengths_below_zero(ends[0]);
	bytes_thrown_away(ends);
	flags_of_no_name(ends);
	options_without_room();
	more_descriptors_than_there_are(ends);
	pointers_to_nowhere(ends);
	expect("exit how=exit status=0");
	return 0;
}
