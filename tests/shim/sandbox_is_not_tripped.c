/*
 * sandbox_is_not_tripped: strict seccomp allows read, write and _exit, and no clock: any other system call, or reading the time, is death.
 * More calls follow than a slot holds.
 */
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

enum { ROUNDS = 600 };

int main(void)
{
	char c;
	int sv[2];

	expect_pair(sv);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	for (int i = 0; i < ROUNDS; i++) {
		expect("write fd=%d sock=$a ret=1 data=x", sv[0]);
		expect("read fd=%d sock=$b ret=1 data=x", sv[1]);
	}
	expect("exit how=_exit status=0 open.0.sock=$a open.1.sock=$b open.2=-");
	must(fflush(stdout) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
	for (int i = 0; i < ROUNDS; i++) {
		must(write(sv[0], "x", 1) == 1);
		must(read(sv[1], &c, 1) == 1);
	}
	syscall(SYS_exit, 0); /* of the one thread: strict mode does not allow exit_group */
}
