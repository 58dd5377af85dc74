/* closefrom_needs_no_close_range: before Linux 5.9, and in containers whose filter is older than that call. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

int main(void)
{
	static const int calls[] = {SYS_close_range};
	int sv[2];

	expect_pair(sv);
	must(dup2(sv[0], 200) == 200);
	expect("dup2 args.newfd=200 ret=200");
	must(enter_sandbox(calls, 1, SECCOMP_RET_ERRNO | ENOSYS, SECCOMP_RET_ALLOW) == 0);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	closefrom(sv[1]);
	expect("closefrom args.lowfd=%d closed.0.fd=%d closed.1.fd=200 closed.2=-", sv[1], sv[1]);
	expect("exit how=exit status=0 open.0.fd=%d open.1=-", sv[0]);
	return 0;
}
