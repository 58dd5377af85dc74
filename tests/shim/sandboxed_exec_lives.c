/*
 * sandboxed_exec_lives: a filter that allows just what /bin/true needs: what the shim would do at its start there is death, so
 * it is left behind.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect/expect.h"

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

static void enter_sandbox(void)
{
	struct sock_filter code[2 * ALLOWED + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = {.filter = code};
	int n = 1;

	for (int i = 0; i < ALLOWED; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	program.len = n;
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

int main(void)
{
	int sv[2];

	expect_pair(sv);
	expect("prctl args.option=PR_SET_SECCOMP ret=0");
	expect("pending execl args.pathname=?");
	must(fflush(stdout) == 0);
	enter_sandbox();
	execl("/bin/true", "true", NULL);
	_exit(9);
}
