/* filter: what a seccomp filter answers. */
#include "preload/filter.h"

#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

#include "preload/mem.h"

struct machine {
	uint32_t a, x, mem[BPF_MEMWORDS];
	const struct seccomp_data *call;
};

static uint32_t source(const struct machine *m, const struct sock_filter *at)
{
	return BPF_SRC(at->code) == BPF_X ? m->x : at->k;
}

/* The data by words; the only other way to look at it is its length. False: what seccomp does not take. */
static bool load(const struct machine *m, const struct sock_filter *at, uint32_t *to)
{
	switch (BPF_MODE(at->code)) {
	case BPF_IMM:
		*to = at->k;
		return true;
	case BPF_LEN:
		*to = sizeof *m->call;
		return true;
	case BPF_MEM:
		if (at->k < BPF_MEMWORDS)
			*to = m->mem[at->k];
		return at->k < BPF_MEMWORDS;
	case BPF_ABS:
		if (at->k % sizeof *to || at->k >= sizeof *m->call)
			return false;
		__builtin_memcpy(to, (const char *)m->call + at->k, sizeof *to);
		return true;
	default:
		return false;
	}
}

static bool calculate(struct machine *m, const struct sock_filter *at)
{
	uint32_t with = source(m, at);

	switch (BPF_OP(at->code)) {
	case BPF_ADD:
		m->a += with;
		return true;
	case BPF_SUB:
		m->a -= with;
		return true;
	case BPF_MUL:
		m->a *= with;
		return true;
	case BPF_DIV:
		m->a = with ? m->a / with : 0;
		return with;
	case BPF_AND:
		m->a &= with;
		return true;
	case BPF_OR:
		m->a |= with;
		return true;
	case BPF_XOR:
		m->a ^= with;
		return true;
	case BPF_LSH:
		m->a <<= with & 31;
		return true;
	case BPF_RSH:
		m->a >>= with & 31;
		return true;
	case BPF_NEG:
		m->a = -m->a;
		return true;
	default:
		return false;
	}
}

/* How many instructions are left out; they only ever go forward. */
static uint32_t jump(const struct machine *m, const struct sock_filter *at)
{
	uint32_t with = source(m, at);

	switch (BPF_OP(at->code)) {
	case BPF_JA:
		return at->k;
	case BPF_JEQ:
		return m->a == with ? at->jt : at->jf;
	case BPF_JGT:
		return m->a > with ? at->jt : at->jf;
	case BPF_JGE:
		return m->a >= with ? at->jt : at->jf;
	case BPF_JSET:
		return m->a & with ? at->jt : at->jf;
	default:
		return BPF_MAXINSNS;
	}
}

static bool step(struct machine *m, const struct sock_filter *at)
{
	switch (BPF_CLASS(at->code)) {
	case BPF_LD:
		return load(m, at, &m->a);
	case BPF_LDX:
		return load(m, at, &m->x);
	case BPF_ST:
	case BPF_STX:
		if (at->k >= BPF_MEMWORDS)
			return false;
		m->mem[at->k] = BPF_CLASS(at->code) == BPF_ST ? m->a : m->x;
		return true;
	case BPF_ALU:
		return calculate(m, at);
	case BPF_MISC:
		if (BPF_MISCOP(at->code) == BPF_TAX)
			m->x = m->a;
		else
			m->a = m->x;
		return true;
	default:
		return false;
	}
}

static bool take(void *to, const void *from, size_t len, bool accepted)
{
	if (!accepted)
		return mem_peek(to, from, len) == len;
	memcpy(to, from, len);
	return true;
}

uint32_t filter_answer(const void *program, const struct seccomp_data *call, bool accepted)
{
	struct machine m = {.call = call};
	struct sock_fprog prog;
	struct sock_filter at;

	if (!take(&prog, program, sizeof prog, accepted))
		return SECCOMP_RET_ALLOW;
	for (uint64_t i = 0; i < prog.len && take(&at, prog.filter + i, sizeof at, accepted); i++) {
		if (BPF_CLASS(at.code) == BPF_RET)
			return BPF_RVAL(at.code) == BPF_A ? m.a : at.k;
		if (BPF_CLASS(at.code) == BPF_JMP)
			i += jump(&m, &at);
		else if (!step(&m, &at))
			return SECCOMP_RET_KILL_THREAD; /* as 0 is, which a division by 0 returns */
	}
	return SECCOMP_RET_ALLOW;
}
