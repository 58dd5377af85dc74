/* libc_insn: take apart x86-64 instructions (Intel SDM volume 2, chapter 2 and appendix A). */
#include "preload/libc_insn.h"

/* What follows an opcode: a ModRM byte, an immediate. */
enum {
	M = 1,      /* ModRM */
	B = 2,      /* immediate of one byte */
	W = 4,      /* of two */
	Z = 8,      /* of four; of two with the prefix 66 */
	R8 = 16,    /* displacement of a jump, one byte */
	R32 = 32,   /* four */
	OTHER = 64, /* depends, see length_of_other */
	BAD = 128,
};

#define X8(v) v, v, v, v, v, v, v, v

/* The rows are 00 to 0f, 10 to 1f... */
static const uint8_t one_byte[256] = {
	M,         M,       M,     M,     B,      Z,      BAD,   BAD,   M,     M,     M,   M,   B,  Z,     BAD, OTHER,
	M,         M,       M,     M,     B,      Z,      BAD,   BAD,   M,     M,     M,   M,   B,  Z,     BAD, BAD,
	M,         M,       M,     M,     B,      Z,      BAD,   BAD,   M,     M,     M,   M,   B,  Z,     BAD, BAD,
	M,         M,       M,     M,     B,      Z,      BAD,   BAD,   M,     M,     M,   M,   B,  Z,     BAD, BAD,
	X8(BAD),   X8(BAD), X8(0), X8(0), BAD,    BAD,    OTHER, M,     BAD,   BAD,   BAD, BAD, Z,  M | Z, B,   M | B,
	0,         0,       0,     0,     X8(R8), X8(R8), M | B, M | Z, BAD,   M | B, M,   M,   M,  M,     M,   M,
	M,         M,       M,     M,     M,      M,      X8(0), 0,     0,     BAD,   0,   0,   0,  0,     0,   OTHER,
	OTHER,     OTHER,   OTHER, 0,     0,      0,      0,     B,     Z,     0,     0,   0,   0,  0,     0,   X8(B),
	X8(OTHER), M | B,   M | B, W,     0,      OTHER,  OTHER, M | B, M | Z, W | B, 0,   W,   0,  0,     B,   BAD,
	0,         M,       M,     M,     M,      BAD,    BAD,   BAD,   0,     M,     M,   M,   M,  M,     M,   M,
	M,         R8,      R8,    R8,    R8,     B,      B,     B,     B,     R32,   R32, BAD, R8, 0,     0,   0,
	0,         BAD,     0,     BAD,   BAD,    0,      0,     OTHER, OTHER, 0,     0,   0,   0,  0,     0,   M,
	M,
};

/* Behind 0f. */
static const uint8_t two_bytes[256] = {
	M,     M,     M,     M,     BAD, 0,     0,       0,       0,     0,     BAD,   0,     BAD,   M,     0,
	BAD,   X8(M), X8(M), M,     M,   M,     M,       BAD,     BAD,   BAD,   BAD,   X8(M), X8(0), OTHER, BAD,
	OTHER, BAD,   BAD,   BAD,   BAD, BAD,   X8(M),   X8(M),   X8(M), X8(M), X8(M), X8(M), M | B, M | B, M | B,
	M | B, M,     M,     M,     0,   X8(M), X8(R32), X8(R32), X8(M), X8(M), 0,     0,     0,     M,     M | B,
	M,     BAD,   BAD,   0,     0,   0,     M,       M | B,   M,     M,     M,     M,     M,     M,     M,
	M,     M,     M,     M,     M,   M,     M | B,   M,       M,     M,     M,     M,     M,     M,     M | B,
	M,     M | B, M | B, M | B, M,   X8(0), X8(M),   X8(M),   X8(M), X8(M), X8(M), X8(M),
};

static bool is_prefix(uint8_t b)
{
	return b == 0x66 || b == 0x67 || b == 0xf0 || b == 0xf2 || b == 0xf3 || b == 0x2e || b == 0x36 || b == 0x3e ||
	       b == 0x26 || b == 0x64 || b == 0x65;
}

/* The bytes of a ModRM operand: itself, SIB, displacement. */
static int operand_len(const uint8_t *at, const uint8_t *end)
{
	int mod = at[0] >> 6, rm = at[0] & 7, len = 1;

	if (mod == 3)
		return 1;
	if (rm == 4) {
		if (at + 1 >= end)
			return 16;
		len = 2;
		if (mod == 0 && (at[1] & 7) == 5)
			len += 4;
	}
	if (mod == 0 && rm == 5)
		len += 4;
	return len + (mod == 1 ? 1 : mod == 2 ? 4 : 0);
}

/* What follows the opcode of a VEX or EVEX instruction of this map. */
static int after_vex(int map, uint8_t opcode)
{
	if (map == 1)
		return opcode == 0x77 ? 0 : two_bytes[opcode] & (M | B);
	if (map == 3)
		return M | B;
	return map == 2 || map == 5 || map == 6 ? M : BAD;
}

static uint8_t flow_of(const struct insn *in)
{
	uint8_t op = in->opcode, reg = in->modrm >> 3 & 7;

	if (in->map == MAP_0F)
		return (op & 0xf0) == 0x80 ? FLOW_BRANCH : op == 0x0b ? FLOW_END : FLOW_ON;
	if (in->map != MAP_ONE)
		return FLOW_ON;
	if ((op & 0xf0) == 0x70 || (op & 0xfc) == 0xe0)
		return FLOW_BRANCH;
	if (op == 0xe9 || op == 0xeb || (op == 0xff && (reg == 4 || reg == 5)))
		return FLOW_JUMP;
	if (op == 0xe8 || (op == 0xff && (reg == 2 || reg == 3)))
		return FLOW_CALL;
	if (op == 0xc3 || op == 0xc2 || op == 0xcb || op == 0xca || op == 0xf4 || op == 0xcf)
		return FLOW_END;
	return FLOW_ON;
}

static int32_t signed_at(const uint8_t *at, int len)
{
	uint32_t v = at[0];

	if (len == 1)
		return (int8_t)v;
	return (int32_t)(v | at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
}

bool insn_decode(struct insn *in, const uint8_t *at, const uint8_t *end)
{
	const uint8_t *p = at;
	bool short_z = false, short_address = false;
	int what, imm = 0;

	*in = (struct insn){0};
	for (; p < end && is_prefix(*p); p++) {
		short_z = short_z || *p == 0x66;
		short_address = short_address || *p == 0x67;
		in->has_prefix = true;
	}
	if (p < end && (*p & 0xf0) == 0x40)
		in->rex = *p++;
	if (p >= end)
		return false;
	in->opcode = *p++;
	what = one_byte[in->opcode];
	if (in->opcode == 0x0f) {
		if (p >= end)
			return false;
		in->map = MAP_0F;
		in->opcode = *p++;
		what = two_bytes[in->opcode];
		if (what == OTHER) {
			if (p >= end)
				return false;
			in->map = in->opcode == 0x38 ? MAP_0F38 : MAP_0F3A;
			in->opcode = *p++;
			what = in->map == MAP_0F38 ? M : M | B;
		}
	} else if (in->opcode == 0xc5 || in->opcode == 0xc4 || in->opcode == 0x62) {
		int more = in->opcode == 0xc5 ? 1 : in->opcode == 0xc4 ? 2 : 3;
		int map = more == 1 ? 1 : p < end ? *p & (more == 2 ? 31 : 7) : 0;
		p += more;
		if (p >= end || in->rex)
			return false;
		in->map = MAP_OTHER;
		in->opcode = *p++;
		what = after_vex(map, in->opcode);
	} else if (what == OTHER) {
		if (in->opcode >= 0xa0 && in->opcode <= 0xa3) {
			p += short_address ? 4 : 8;
			what = 0;
		} else if (in->opcode >= 0xb8 && in->opcode <= 0xbf) {
			if (in->rex & 8)
				p += 8;
			what = in->rex & 8 ? 0 : Z;
		} else { /* f6, f7: test has an immediate, the others of the group do not */
			if (p >= end)
				return false;
			bool is_test = (*p >> 3 & 7) < 2;
			what = M | (is_test ? in->opcode == 0xf6 ? B : Z : 0);
		}
	}
	if (what & BAD)
		return false;
	if (what & M) {
		if (p >= end)
			return false;
		in->has_modrm = true;
		in->modrm = *p;
		p += operand_len(p, end);
	}
	if (what & (R8 | R32))
		imm = what & R8 ? 1 : 4;
	else
		imm = (what & W ? 2 : 0) + (what & B ? 1 : 0) + (what & Z ? short_z ? 2 : 4 : 0);
	if (p + imm > end || p + imm - at > 15)
		return false;
	if (imm == 1 || imm == 4)
		in->imm = signed_at(p, imm);
	p += imm;
	in->len = p - at;
	in->flow = flow_of(in);
	if (what & (R8 | R32))
		in->target = p + in->imm;
	return true;
}

bool insn_spares_rax(const struct insn *in)
{
	uint8_t op = in->opcode;

	if (in->flow != FLOW_ON || !in->has_modrm)
		return in->map == MAP_ONE &&
		       ((op >= 0xb9 && op <= 0xbf) || (op & 0xf8) == 0x50); /* mov $number, push */
	bool into_rm = (in->modrm >> 6) == 3 && insn_rm(in) == 0;
	if (in->map == MAP_ONE) {
		/* mov, lea, add, or, and, sub, xor, movslq into a register */
		if (op == 0x8b || op == 0x8d || op == 0x63 || (op < 0x38 && (op & 7) == 3))
			return insn_reg(in) != 0;
		/* the same into ModRM's operand, with a register or a number; cmp and test into none */
		if (op == 0x89 || (op < 0x38 && (op & 7) <= 1) || op == 0x80 || op == 0x81 || op == 0x83 ||
		    op == 0xc1 || op == 0xc0 || op == 0xc6 || op == 0xc7 || op == 0xd1 || op == 0x88 ||
		    (op == 0xf7 && (in->modrm >> 3 & 7) >= 2 && (in->modrm >> 3 & 7) <= 3))
			return !into_rm;
		return op == 0x85 || op == 0x84 || op == 0x39 || op == 0x38 || op == 0x3b || op == 0x3a;
	}
	if (in->map == MAP_0F && (op & 0xf0) == 0x90) /* setcc */
		return !into_rm;
	/* cmov and movzx into a register, nop, moves of vector registers into memory */
	if (in->map == MAP_0F && ((op & 0xf0) == 0x40 || op == 0xb6 || op == 0xb7))
		return insn_reg(in) != 0;
	return in->map == MAP_0F && (op == 0x1f || op == 0x29 || op == 0x11 || op == 0x7f);
}

bool insn_is_number(const struct insn *in, int *reg, int32_t *value)
{
	if (in->map != MAP_ONE)
		return false;
	*value = in->imm;
	if (in->opcode >= 0xb8 && in->opcode <= 0xbf && !(in->rex & 8) && !in->has_prefix) {
		*reg = (in->opcode & 7) | (in->rex & 1) << 3;
		return true;
	}
	if (!in->has_modrm || in->modrm >> 6 != 3)
		return false;
	*reg = insn_rm(in);
	if (in->opcode == 0xc7)
		return true;
	return in->opcode == 0x31 && insn_reg(in) == insn_rm(in);
}
