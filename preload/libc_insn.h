/* libc_insn.h: take apart x86-64 instructions, as far as it matters where they end, where they jump and what they do to rax. */
#ifndef PRELOAD_LIBC_INSN_H
#define PRELOAD_LIBC_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum insn_flow {
	FLOW_ON,     /* the next instruction follows */
	FLOW_BRANCH, /* or the one at `target` does */
	FLOW_JUMP,   /* only that one; target 0: an address that is not in the instruction */
	FLOW_CALL,
	FLOW_END, /* ret, hlt, ud2: nothing follows */
};

enum { MAP_ONE, MAP_0F, MAP_0F38, MAP_0F3A, MAP_OTHER };

struct insn {
	uint8_t len;
	uint8_t flow; /* enum insn_flow */
	uint8_t map;
	uint8_t opcode;
	uint8_t rex;   /* 0: none */
	uint8_t modrm; /* where has_modrm */
	bool has_modrm;
	bool has_prefix;       /* one of the legacy prefixes */
	int32_t imm;           /* its immediate of four bytes, or of one, with its sign; 0 none */
	const uint8_t *target; /* of a direct branch, jump or call, NULL none */
};

/* Take apart the instruction at `at`, of which no byte at or behind `end` may be read. False: not one that we know. */
bool insn_decode(struct insn *in, const uint8_t *at, const uint8_t *end);

/* Numbers of registers as the instruction set has them: rax 0, rcx 1, rdx 2, rbx 3, rsp 4, rbp 5, rsi 6, rdi 7, r8 to r15. */
static inline int insn_reg(const struct insn *in)
{
	return (in->modrm >> 3 & 7) | (in->rex & 4) << 1;
}

static inline int insn_rm(const struct insn *in)
{
	return (in->modrm & 7) | (in->rex & 1) << 3;
}

/* Does it leave rax alone? False also where we do not know. */
bool insn_spares_rax(const struct insn *in);

/* Does it put a number into a register of 32 bits, as mov or xor do? */
bool insn_is_number(const struct insn *in, int *reg, int32_t *value);

#endif
