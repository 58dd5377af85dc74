/* filter: what the shim takes a seccomp filter to answer is what the kernel does with it. */
#include "preload/filter.c"

#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { TRIES = 1000, BODY = 40, ERRNO_MOST = 200 };

static uint64_t chance = 0x9e3779b97f4a7c15;

static uint64_t draw(uint64_t below)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance % below;
}

size_t mem_peek(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	return len;
}

/* Small ones, so that what is compared is sometimes equal, and any. */
static uint32_t draw_word(void)
{
	return draw(2) ? (uint32_t)draw(8) : (uint32_t)draw(1ull << 32);
}

static uint32_t draw_answer(void)
{
	return SECCOMP_RET_ERRNO | (uint32_t)(1 + draw(ERRNO_MOST));
}

/* One that is not the last, with so many behind it; nr, the architecture and the arguments may be looked at, not where the call was made. */
static struct sock_filter draw_step(uint32_t behind)
{
	static const uint16_t ops[] = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_AND,
				       BPF_OR,  BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG};
	static const uint16_t tests[] = {BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
	static const uint32_t words[] = {0, 4, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60};
	uint16_t by = draw(2) ? BPF_X : BPF_K, op = ops[draw(10)];
	uint32_t most = behind < 8 ? behind : 8;

	switch (draw(9)) {
	case 0:
	case 1:
		return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, words[draw(14)]);
	case 2:
		return (struct sock_filter)BPF_STMT(
			(uint16_t)((draw(2) ? BPF_LD : BPF_LDX) | BPF_W | (draw(2) ? BPF_IMM : BPF_LEN)), draw_word());
	case 3:
		return (struct sock_filter)BPF_STMT((uint16_t)((draw(2) ? BPF_LD : BPF_LDX) | BPF_MEM),
						    (uint32_t)draw(4));
	case 4:
		return (struct sock_filter)BPF_STMT(draw(2) ? BPF_ST : BPF_STX, (uint32_t)draw(4));
	case 5:
		return (struct sock_filter)BPF_STMT((uint16_t)(BPF_MISC | (draw(2) ? BPF_TAX : BPF_TXA)), 0);
	case 6:
		if (op == BPF_NEG)
			by = BPF_K;
		return (struct sock_filter)BPF_STMT((uint16_t)(BPF_ALU | op | by), op == BPF_LSH || op == BPF_RSH
											   ? (uint32_t)draw(32)
											   : 1 + draw_word() / 2);
	case 7:
		return (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | tests[draw(4)] | by), draw_word(),
						    (uint8_t)draw(most), (uint8_t)draw(most));
	default:
		return draw(4) ? (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)draw(most))
			       : (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, draw_answer());
	}
}

/* The child must be able to end; the words that are read must have been written first (seccomp_check_filter). */
static uint32_t draw_filter(struct sock_filter *code)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < 4; i++)
		code[n++] = (struct sock_filter)BPF_STMT(BPF_ST, i);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	for (uint32_t i = 0; i < BODY; i++)
		code[n++] = draw_step(BODY - i);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, draw_answer());
	return n;
}

/* What the kernel makes of it, SECCOMP_RET_ALLOW where it does not take the filter. */
static uint32_t ask_kernel(const struct sock_fprog *program, const struct seccomp_data *call)
{
	const unsigned long long *a = (const unsigned long long *)call->args;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) < 0)
			syscall(SYS_exit_group, 0); /* a sanitizer does more in _exit */
		syscall(call->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
		syscall(SYS_exit_group, errno);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return SECCOMP_RET_KILL_THREAD;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) ? SECCOMP_RET_ERRNO | (uint32_t)WEXITSTATUS(status) : SECCOMP_RET_ALLOW;
}

static void answers_are_the_kernels(void **state)
{
	struct sock_filter code[BODY + 8];
	struct sock_fprog program = {.filter = code};
	int taken = 0, killed = 0, differs = 0;

	(void)state;
	for (int i = 0; i < TRIES; i++) {
		struct seccomp_data call = {.nr = SYS_write, .arch = AUDIT_ARCH_X86_64};
		for (int k = 0; k < 6; k++)
			call.args[k] = draw(2) ? draw(8) : (uint64_t)draw_word() << 32 | draw_word();
		program.len = (unsigned short)draw_filter(code);
		uint32_t kernels = ask_kernel(&program, &call);
		killed += kernels == SECCOMP_RET_KILL_THREAD;
		taken += kernels != SECCOMP_RET_ALLOW;
		differs += kernels != SECCOMP_RET_ALLOW && filter_answer(&program, &call, true) != kernels;
	}
	assert_int_equal(differs, 0);
	assert_true(taken > TRIES * 9 / 10 && killed > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
