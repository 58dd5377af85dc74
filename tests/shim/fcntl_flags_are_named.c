/* fcntl_flags_are_named: F_SETFL and F_SETFD with their flags, and nothing in the place of an argument that there is not. */
#include <fcntl.h>
#include <sys/socket.h>

#include "expect/expect.h"

#ifndef F_CREATED_QUERY
#define F_CREATED_QUERY 1028
#endif

int main(void)
{
	int sv[2];

	expect_pair(sv);
	must(fcntl(sv[0], F_SETFD, FD_CLOEXEC) == 0);
	expect("fcntl fd=%d sock=$a args.cmd=F_SETFD args.arg=[FD_CLOEXEC] ret=0", sv[0]);
	must(fcntl(sv[0], F_SETFL, O_NONBLOCK) == 0);
	expect("fcntl fd=%d sock=$a args.cmd=F_SETFL args.arg=[O_NONBLOCK] ret=0", sv[0]);
	must(fcntl(sv[0], F_GETOWN) == 0);
	expect("fcntl fd=%d sock=$a args.cmd=F_GETOWN args.arg=null ret=0", sv[0]);
	must(fcntl(sv[0], F_GETSIG) == 0);
	expect("fcntl fd=%d sock=$a args.cmd=F_GETSIG args.arg=null ret=0", sv[0]);
	int answer = fcntl(sv[0], F_CREATED_QUERY); /* not known before Linux 6.12 */
	expect("fcntl fd=%d sock=$a args.cmd=F_CREATED_QUERY args.arg=null ret=%d", sv[0], answer);
	expect("exit how=exit status=0 open.1.sock=$b open.2=-");
	return 0;
}
