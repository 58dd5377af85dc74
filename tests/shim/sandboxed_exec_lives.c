/*
 * sandboxed_exec_lives: a filter that allows just what /bin/true needs: what the shim would do at its start there is death, so
 * it is left behind.
 */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"
#include "sandbox.h"

static const int allowed[] = {
	SYS_execve,     SYS_brk,
	SYS_arch_prctl, SYS_mmap,
	SYS_access,     SYS_openat,
	SYS_newfstatat, SYS_fstat,
	SYS_close,      SYS_read,
	SYS_pread64,    SYS_set_tid_address,
	SYS_munmap,     SYS_set_robust_list,
	SYS_rseq,       SYS_mprotect,
	SYS_prlimit64,  SYS_getrandom,
	SYS_write,      SYS_exit_group,
};

enum { ALLOWED = sizeof allowed / sizeof allowed[0] };

int main(void)
{
	int sv[2];

	expect_pair(sv);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	expect("pending execl");
	must(fflush(stdout) == 0);
	must(enter_sandbox(allowed, ALLOWED, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS) == 0);
	execl("/bin/true", "true", NULL);
	_exit(9);
}
