/* daemon_that_cannot_fork_stays: where daemon fails, nothing has ended, and the process is recorded up to its own end. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect/expect.h"

enum { NOBODY_ELSE = 23456 };

int main(void)
{
	struct rlimit none = {0, 0};
	int sv[2];

	/* RLIMIT_NPROC does not bind root, and counts the processes of the real user (setrlimit(2)). */
	if (geteuid() == 0) {
		must(setresuid(NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE) == 0);
		expect("setresuid ret=0");
	}
	must(setrlimit(RLIMIT_NPROC, &none) == 0);
	expect_pair(sv);
	must(daemon(1, 1) == -1 && errno == EAGAIN);
	expect("daemon ret=-1 err=EAGAIN");
	must(write(sv[0], "x", 1) == 1);
	expect("write fd=%d sock=$a ret=1", sv[0]);
	expect("exit how=exit status=0 open.0.fd=%d open.1.fd=%d open.2=-", sv[0], sv[1]);
	return 0;
}
