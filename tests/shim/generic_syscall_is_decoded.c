/* generic_syscall_is_decoded: syscall() is the call it makes; numbers that mean nothing to us pass untouched. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expect/expect.h"

int main(void)
{
	char room[4];
	int sv[2];

	must(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	expect("socketpair via=syscall args.domain=AF_UNIX ret=0 newfds=[%d,%d] newsocks.0=$a newsocks.1=$b", sv[0],
	       sv[1]);
	must(syscall(SYS_getpid) == getpid());
	must(syscall(9999) == -1 && errno == ENOSYS);
	must(syscall(SYS_write, sv[0], "hey", 3) == 3);
	expect("write via=syscall fd=%d sock=$a ret=3 data=hey", sv[0]);
	must(syscall(SYS_read, sv[1], room, sizeof room) == 3);
	expect("read via=syscall fd=%d sock=$b ret=3 data=hey", sv[1]);
	must(syscall(SYS_recvfrom, sv[1], room, sizeof room, MSG_DONTWAIT, NULL, NULL) == -1 && errno == EAGAIN);
	expect("recvfrom via=syscall fd=%d ret=-1 err=EAGAIN", sv[1]);
	struct iovec part = {"hey", 3};
	must(syscall(SYS_pwritev2, sv[0], &part, 1, -1L, -1L, 0) == 3);
	expect("pwritev2 via=syscall fd=%d sock=$a args.iovcnt=1 args.offset=-1 args.flags=0 ret=3 data=hey", sv[0]);
	part = (struct iovec){room, sizeof room};
	must(syscall(SYS_preadv2, sv[1], &part, 1, -1L, -1L, RWF_NOWAIT) == 3);
	expect("preadv2 via=syscall fd=%d sock=$b args.offset=-1 args.flags=%d ret=3 data=hey", sv[1], RWF_NOWAIT);
	int self = syscall(SYS_pidfd_open, getpid(), 0), taken = syscall(SYS_pidfd_getfd, self, sv[1], 0);
	must(taken > 0);
	expect("pidfd_getfd via=syscall args.pidfd=%d args.targetfd=%d ret=%d newsock=$b", self, sv[1], taken);
	must(syscall(SYS_close, taken) == 0);
	expect("close via=syscall fd=%d sock=$b refs=1 ret=0", taken);
	must(syscall(SYS_close, sv[1]) == 0);
	expect("close via=syscall fd=%d sock=$b refs=0 ret=0", sv[1]);
	int null = open("/dev/null", O_WRONLY);
	must(null > 0 && syscall(SYS_dup2, null, sv[0]) == sv[0]);
	expect("dup2 via=syscall fd=%d args.newfd=%d ret=%d", null, sv[0], sv[0]);
	must(syscall(SYS_write, sv[0], "no socket", 9) == 9);
	must(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	expect("socketpair ret=0 newsocks.0=$c");
	must(syscall(SYS_dup3, null, sv[0], O_CLOEXEC) == sv[0]);
	expect("dup3 via=syscall args.newfd=%d args.flags=[O_CLOEXEC] ret=%d", sv[0], sv[0]);
	must(syscall(SYS_close, sv[1]) == 0);
	expect("close fd=%d refs=0 ret=0", sv[1]);
	expect("exit how=exit status=0 open=[]");
	return 0;
}
