/*
 * sandbox_may_write_no_file: a process in a sandbox sets its limit for files to nothing before (sshd's does): writing to one is
 * death by SIGXFSZ.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

int main(void)
{
	struct rlimit nothing = {0, 0};
	int sv[2];

	expect_pair(sv);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	expect("write fd=%d sock=$a ret=1 data=x", sv[0]);
	expect("exit how=exit status=0");
	must(fflush(stdout) == 0);
	must(setrlimit(RLIMIT_FSIZE, &nothing) == 0);
	must(forbid_calls(NULL, 0) == 0);
	must(write(sv[0], "x", 1) == 1);
	return 0;
}
