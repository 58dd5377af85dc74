/* bad_pointers_fail_as_untraced: what the kernel answers with EFAULT must neither crash the tracer nor change. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"

#define FAULTS(call) must((call) == -1 && errno == EFAULT)

/* Volatile: or the compiler would see through it, and refuse. */
static void *volatile nowhere = (void *)8;

static void on_a_datagram_socket(void)
{
	socklen_t len = 16;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(fd >= 0);
	expect("socket ret=%d newsock=$d", fd);
	FAULTS(bind(fd, nowhere, 16));
	expect("bind fd=%d args.addrlen=16 ret=-1 err=EFAULT", fd);
	FAULTS(bind(fd, NULL, 16));
	expect("bind fd=%d args.addr=null ret=-1 err=EFAULT", fd);
	FAULTS(connect(fd, nowhere, 16));
	expect("connect fd=%d ret=-1 err=EFAULT", fd);
	FAULTS(getsockname(fd, nowhere, &len));
	expect("getsockname fd=%d args.addrlen=16 ret=-1 err=EFAULT", fd);
	FAULTS(getsockname(fd, nowhere, nowhere));
	expect("getsockname fd=%d ret=-1 err=EFAULT", fd);
	FAULTS(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, nowhere, 4));
	expect("setsockopt fd=%d args.optname=SO_REUSEADDR ret=-1 err=EFAULT", fd);
	FAULTS(getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, nowhere, &len));
	expect("getsockopt fd=%d args.optname=SO_REUSEADDR ret=-1 err=EFAULT", fd);
	FAULTS(sendmsg(fd, nowhere, 0));
	expect("sendmsg fd=%d ret=-1 err=EFAULT data=-", fd);
	struct iovec byte = {"x", 1}, bytes = {nowhere, 1};
	struct msghdr to_nobody = {.msg_name = nowhere, .msg_namelen = 16, .msg_iov = &byte, .msg_iovlen = 1};
	FAULTS(sendmsg(fd, &to_nobody, 0));
	expect("sendmsg fd=%d args.addr=- ret=-1 err=EFAULT data=-", fd);
	struct msghdr no_parts = {.msg_iov = nowhere, .msg_iovlen = 1}, no_bytes = {.msg_iov = &bytes, .msg_iovlen = 1};
	FAULTS(sendmsg(fd, &no_parts, 0));
	expect("sendmsg fd=%d ret=-1 err=EFAULT data=-", fd);
	must(sendmsg(fd, &no_bytes, 0) == -1 && errno == EDESTADDRREQ);
	expect("sendmsg fd=%d ret=-1 err=EDESTADDRREQ data=-", fd);
	FAULTS(recvmsg(fd, nowhere, MSG_DONTWAIT));
	expect("recvmsg fd=%d args.flags=[MSG_DONTWAIT] ret=-1 err=EFAULT data=-", fd);
	FAULTS(sendto(fd, "x", 1, 0, nowhere, 16));
	expect("sendto fd=%d args.len=1 args.addrlen=16 ret=-1 err=EFAULT", fd);
}

/* What a socket of Multipath TCP has no use for it accepts unread. */
static void on_a_socket_of_many_paths(void)
{
	static const int names[] = {SO_BROADCAST, SO_DONTROUTE, SO_NO_CHECK, SO_PASSCRED, SO_PASSSEC, SO_RXQ_OVFL};
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	if (fd < 0) {
		expect("socket args.protocol=IPPROTO_MPTCP ret=-1");
		return;
	}
	expect("socket args.protocol=IPPROTO_MPTCP ret=%d newsock=$m", fd);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		int ret = setsockopt(fd, SOL_SOCKET, names[i], nowhere, 4);
		must(ret == 0 || errno == EFAULT);
		expect("setsockopt fd=%d ret=%d", fd, ret);
	}
	must(close(fd) == 0);
	expect("close fd=%d", fd);
}

/* An entry that nothing ends before what is not there. */
static char *unended(const char *text)
{
	size_t page = sysconf(_SC_PAGESIZE), len = strlen(text);
	char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(at != MAP_FAILED && munmap(at + page, page) == 0);
	return memcpy(at + page - len, text, len);
}

static void of_an_exec(void)
{
	char *argv[] = {"true", NULL}, *one[] = {nowhere, NULL};

	FAULTS(execve("/bin/true", argv, nowhere));
	expect("execve args.pathname=/bin/true ret=-1 err=EFAULT");
	FAULTS(execve("/bin/true", argv, one));
	expect("execve args.pathname=/bin/true ret=-1 err=EFAULT");
	one[0] = unended("LD_PR");
	FAULTS(execve("/bin/true", argv, one));
	expect("execve args.pathname=/bin/true ret=-1 err=EFAULT");
	one[0] = unended("LD_PRELOAD=abc");
	FAULTS(execve("/bin/true", argv, one));
	expect("execve args.pathname=/bin/true ret=-1 err=EFAULT");
}

static void on_a_pair(void)
{
	int sv[2];
	struct iovec iov = {nowhere, 4};

	expect_pair(sv);
	FAULTS(write(sv[0], nowhere, 4));
	expect("write fd=%d args.count=4 ret=-1 err=EFAULT data=-", sv[0]);
	FAULTS(writev(sv[0], nowhere, 1));
	expect("writev fd=%d args.iovcnt=1 ret=-1 err=EFAULT data=-", sv[0]);
	FAULTS(writev(sv[0], &iov, 1));
	expect("writev fd=%d args.iovcnt=1 ret=-1 err=EFAULT data=-", sv[0]);
	must(send(sv[0], "four", 4, 0) == 4);
	expect("send fd=%d ret=4", sv[0]);
	FAULTS(read(sv[1], nowhere, 4));
	expect("read fd=%d args.count=4 ret=-1 err=EFAULT data=-", sv[1]);
	FAULTS(socketpair(AF_UNIX, SOCK_STREAM, 0, nowhere));
	expect("socketpair ret=-1 err=EFAULT newfds=- newsocks=-");
}

int main(void)
{
	on_a_datagram_socket();
	on_a_pair();
	on_a_socket_of_many_paths();
	of_an_exec();
	expect("exit how=exit status=0 open.0.sock=$d open.3=-");
	return 0;
}
