/* filters_may_claim_success: a filter that answers 0 in the kernel's place has looked at no argument: there may be no memory where the kernel needs some. */
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "expect/epoll.h"
#include "expect/expect.h"
#include "sandbox.h"

int main(void)
{
	static const int claimed[] = {SYS_epoll_ctl, SYS_ioctl, SYS_getsockopt};
	int sv[2];

	expect_pair(sv);
	int epfd = new_set();
	must(enter_sandbox(claimed, 3, SECCOMP_RET_ERRNO | 0, SECCOMP_RET_ALLOW) == 0);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	must(epoll_ctl(epfd, EPOLL_CTL_ADD, sv[0], NULL) == 0);
	expect("epoll_ctl fd=%d args.event=null ret=0", sv[0]);
	must(ioctl(sv[0], FIONBIO, NULL) == 0);
	expect("ioctl fd=%d args.argp=null ret=0", sv[0]);
	must(getsockopt(sv[0], SOL_SOCKET, SO_TYPE, NULL, NULL) == 0);
	expect("getsockopt fd=%d ret=0 optval=-", sv[0]);
	expect("exit how=exit status=0");
	return 0;
}
