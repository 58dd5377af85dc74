/* sandbox.h: enter a sandbox by a filter of system calls. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

enum { SANDBOX_CALLS = 40 };

/* From now on these calls have the one answer, and all others the other (SECCOMP_RET_*). 0, or -1 with errno as prctl(2) leaves it. */
static inline int enter_sandbox(const int *calls, size_t count, unsigned listed, unsigned others)
{
	struct sock_filter code[2 * SANDBOX_CALLS + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = {.filter = code};
	size_t n = 1;

	for (size_t i = 0; i < count && i < SANDBOX_CALLS; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, listed);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, others);
	program.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Whoever makes one of these is killed. With none: a sandbox that allows all. */
static inline int forbid_calls(const int *calls, size_t count)
{
	return enter_sandbox(calls, count, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW);
}

#endif
