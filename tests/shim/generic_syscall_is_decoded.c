/* generic_syscall_is_decoded: syscall() is the call it makes; numbers that mean nothing to us pass untouched. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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
	must(syscall(SYS_close, sv[1]) == 0);
	expect("close via=syscall fd=%d sock=$b refs=0 ret=0", sv[1]);
	must(syscall(SYS_close, sv[0]) == 0);
	expect("close via=syscall fd=%d sock=$a refs=0 ret=0", sv[0]);
	expect("exit how=exit status=0 open=[]");
	return 0;
}
