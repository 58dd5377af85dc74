/* libc_function: a function of libc's, taken apart into instructions, and what is asked of it. */
#include "preload/libc_function.h"

#include <stddef.h>

enum { BACK_MAX = 12, PADDING_LEN = 5, SHORT_JUMP = 120 };

struct function fn;

int function_insn_at(const uint8_t *at)
{
	int low = 0, high = fn.count;

	while (low < high) {
		int middle = low + (high - low) / 2;
		if (fn.at[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < fn.count && fn.at[low] == at ? low : -1;
}

/* In a function that is too large to be kept: only a true system call is worth it. */
static bool is_inside_insn(const struct fde *fde, const uint8_t *at)
{
	struct insn in;
	const uint8_t *p = fde->start;

	while (p < at && insn_decode(&in, p, fde->end))
		p += in.len;
	return p > at;
}

enum found function_decode(const struct code *c, const uint8_t *at)
{
	struct fde fde;

	if (fn.count && at >= fn.start && at < fn.end)
		return function_insn_at(at) >= 0 ? FOUND_INSN : FOUND_BYTES;
	fn.count = 0;
	if (!fde_find(&c->fdes, &fde, at) || fde.start < c->text || fde.end > c->end)
		return FOUND_NONE;
	if (fde.end - fde.start > FUNCTION_MAX)
		return is_inside_insn(&fde, at) ? FOUND_BYTES : FOUND_NONE;
	fn.start = fde.start;
	fn.end = fde.end;
	for (const uint8_t *p = fde.start; p < fde.end; p += fn.insn[fn.count++].len) {
		if (fn.count == INSNS_MAX || !insn_decode(&fn.insn[fn.count], p, fde.end)) {
			fn.count = 0;
			return FOUND_NONE;
		}
		fn.at[fn.count] = p;
	}
	fn.at[fn.count] = fn.end;
	return function_insn_at(at) >= 0 ? FOUND_INSN : FOUND_BYTES;
}

bool function_jumps_into(const uint8_t *from, const uint8_t *to)
{
	for (int i = 0; i < fn.count; i++)
		if (fn.insn[i].target && fn.insn[i].target >= from && fn.insn[i].target < to)
			return true;
	return false;
}

int32_t function_number_in(int reg, int i)
{
	int32_t value, found = -1;
	int r;

	for (int k = 0; k < fn.count && (k < i || found < 0); k++)
		if (insn_is_number(&fn.insn[k], &r, &value) && r == reg)
			found = value;
	return found;
}

int function_find_number(int i, int32_t *nr)
{
	for (int k = i - 1; k >= 0 && k >= i - BACK_MAX; k--) {
		int reg;
		if (insn_is_number(&fn.insn[k], &reg, nr) && reg == 0)
			return k;
		if (fn.insn[k].opcode == 0x89 && fn.insn[k].map == MAP_ONE && fn.insn[k].has_modrm &&
		    fn.insn[k].modrm >> 6 == 3 && insn_rm(&fn.insn[k]) == 0) {
			*nr = -1 - insn_reg(&fn.insn[k]);
			return k;
		}
		if (!insn_spares_rax(&fn.insn[k]))
			return -1;
	}
	return -1;
}

/* cmp $-4096,%rax or %eax, and a jump if above, or not above; or with -4095 and if not below, or below. */
static bool is_comparison(int k)
{
	const struct insn *in = &fn.insn[k], *jump = in + 1;

	if (k + 1 >= fn.count || in->map != MAP_ONE || in->opcode != 0x3d || in->has_prefix ||
	    (in->rex != 0 && in->rex != 0x48) || jump->flow != FLOW_BRANCH)
		return false;
	return in->imm == (jump->opcode & 4 ? -4096 : -4095) && (jump->opcode & 0x0a) == 2;
}

uint32_t function_find_room(const struct code *c, const struct libc_sites *s, const uint8_t *entry)
{
	const uint8_t *end = fn.end;
	struct insn in;

	for (int i = 0; i < fn.count; i++) {
		bool stops = fn.insn[i].flow == FLOW_END || fn.insn[i].flow == FLOW_JUMP;
		const uint8_t *at = fn.at[i + 1];
		/* Behind the function lies padding up to a multiple of 16. */
		if (at == end)
			end += -(uintptr_t)end & 15;
		if (!stops || at >= end || at - entry > SHORT_JUMP || entry - at > SHORT_JUMP)
			continue;
		bool is_nop = insn_decode(&in, at, end) && in.map == MAP_0F && in.opcode == 0x1f;
		if (!is_nop || in.len < PADDING_LEN || function_jumps_into(at, at + in.len))
			continue;
		bool used = false;
		for (int k = 0; k < s->count; k++)
			used = used || s->site[k].room == at - c->base;
		if (!used)
			return at - c->base;
	}
	return 0;
}

int function_find_leave(int i)
{
	int k = i + 1;

	if (k < fn.count && fn.insn[k].opcode == 0x89 && fn.insn[k].map == MAP_ONE && fn.insn[k].modrm >> 6 == 3 &&
	    insn_reg(&fn.insn[k]) == 0)
		k++;
	return is_comparison(k) ? k : -1;
}
