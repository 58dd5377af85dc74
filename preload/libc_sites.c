/*
 * libc_sites: where a glibc for x86-64 makes the system calls that concern sockets.
 *
 * Compilers and glibc's assembly never let instructions overlap, and the tables for unwinding say where each function begins:
 * decoding it from there tells for certain what is an instruction and what only looks like one. The bytes 0f 05 are found first;
 * the few functions that have them are decoded.
 */
#include "preload/libc_sites.h"

#include <elf.h>
#include <emmintrin.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "preload/libc_function.h"
#include "preload/libc_releases.h"
#include "preload/mem.h"

static bool say_no(struct libc_sites *s, const struct code *c, const uint8_t *at, const char *why)
{
	if (!s->why) {
		s->why = why;
		s->why_at = at ? at - c->base : 0;
	}
	return false;
}

static struct libc_site *new_site(struct libc_sites *s, const struct code *c, const uint8_t *at)
{
	if (s->count == LIBC_SITES_MAX) {
		say_no(s, c, at, "more system calls than there is room for");
		return NULL;
	}
	struct libc_site *site = &s->site[s->count];
	*site = (struct libc_site){0};
	return site;
}

/* mov disp(%rsp or %rbp), a register of an argument. */
static bool read_load(struct libc_load *load, const struct insn *in, const uint8_t *at)
{
	static const int8_t args[16] = {-1, -1, 2, -1, -1, -1, 1, 0, 4, 5, 3, -1, -1, -1, -1, -1};
	int prefix = in->rex ? 1 : 0;
	int mod = in->modrm >> 6;
	bool from_rsp = (in->modrm & 7) == 4;

	if (in->map != MAP_ONE || in->opcode != 0x8b || (mod != 1 && mod != 2) || in->has_prefix || in->rex & 3)
		return false;
	if (from_rsp ? at[prefix + 2] != 0x24 : (in->modrm & 7) != 5)
		return false;
	load->wide = in->rex >> 3 & 1;
	load->from_rbp = !from_rsp;
	at += prefix + (from_rsp ? 3 : 2);
	load->disp = (int8_t)*at;
	if (mod == 2)
		__builtin_memcpy(&load->disp, at, sizeof load->disp);
	if (args[insn_reg(in)] < 0)
		return false;
	load->arg = args[insn_reg(in)];
	return true;
}

/* A call of interest whose number is put into eax by instruction k. */
static bool add_plain(struct libc_sites *s, const struct code *c, int k, int i, int32_t nr)
{
	struct libc_site *site = new_site(s, c, fn.at[i]);
	int leave = function_find_leave(i);

	if (!site)
		return false;
	site->nr = nr;
	site->shape = nr == SYS_exit_group ? LIBC_FINAL : LIBC_PLAIN;
	site->entry = fn.at[k] - c->base;
	site->entry_len = fn.insn[k].len;
	for (int m = k + 1; m < i; m++)
		if (site->nloads == LIBC_LOADS_MAX || !read_load(&site->loads[site->nloads++], &fn.insn[m], fn.at[m]))
			return nr == SYS_ioctl || say_no(s, c, fn.at[i], "an argument comes in a way that is new");
	if (leave < 0 && nr == SYS_close)
		site->shape = LIBC_BLIND;
	else if (leave < 0)
		return say_no(s, c, fn.at[i], "a result is looked at in a way that is new");
	if (site->entry_len == 2) {
		site->room = function_find_room(c, s, fn.at[k]);
		if (!site->room)
			return say_no(s, c, fn.at[i], "no room for a jump");
	} else if (site->entry_len != 5) {
		return say_no(s, c, fn.at[i], "a number comes in a way that is new");
	}
	if (function_jumps_into(fn.at[k] + 1, fn.at[i + 1]))
		return say_no(s, c, fn.at[i], "a jump leads into a system call");
	if (leave >= 0) {
		site->leave = fn.at[leave] - c->base;
		site->leave_len = fn.insn[leave].len;
		site->leave_imm = fn.insn[leave].imm;
	}
	s->count++;
	return true;
}

/* _exit: the number is put into a register that is copied into eax. */
static bool add_final(struct libc_sites *s, const struct code *c, int reg)
{
	for (int i = 0; i < fn.count; i++) {
		int32_t value;
		int r;
		if (!insn_is_number(&fn.insn[i], &r, &value) || r != reg || value != SYS_exit_group)
			continue;
		struct libc_site *site = new_site(s, c, fn.at[i]);
		if (!site)
			return false;
		if (fn.insn[i].len != 5 || (reg != 2 && reg != 6))
			return say_no(s, c, fn.at[i], "the process ends in a way that is new");
		*site = (struct libc_site){.entry = fn.at[i] - c->base,
					   .entry_len = 5,
					   .nr = SYS_exit_group,
					   .shape = LIBC_FINAL,
					   .reg = reg};
		s->count++;
		return true;
	}
	return say_no(s, c, fn.at[0], "the process ends in a way that is new");
}

/* Those whose number is not a constant, and one that is not reached by a call: byte for byte, up to the system call. */
static const struct odd {
	uint8_t len, bytes[32];
} odd[] = {
	/* syscall(2): a wrapper of ours stands before it, and libc calls it nowhere */
	{23, {0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89, 0xca,
	      0x4d, 0x89, 0xc2, 0x4d, 0x89, 0xc8, 0x4c, 0x8b, 0x4c, 0x24, 0x08}},
	/* setuid and its like, in each thread: the number is in a structure */
	{2, {0x8b, 0x00}},
	{2, {0x8b, 0x03}},
	/* rt_sigreturn, where a handler returns to */
	{7, {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00}},
	/* __syscall_cancel_arch, which __internal_syscall_cancel calls */
	{30, {0x48, 0x89, 0xf0, 0x48, 0x89, 0xd7, 0x48, 0x89, 0xce, 0x4c, 0x89, 0xc2, 0x4d, 0x89, 0xca,
	      0x4c, 0x8b, 0x44, 0x24, 0x08, 0x4c, 0x8b, 0x4c, 0x24, 0x10, 0x4c, 0x89, 0x5c, 0x24, 0x08}},
};

static bool is_odd(const uint8_t *at)
{
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		if (memcmp(at - odd[i].len, odd[i].bytes, odd[i].len) == 0)
			return true;
	return false;
}

/* __internal_syscall_cancel(a, b, c, d, e, f, nr), from where it loads the number to its end: of glibc 2.41 and 2.43. */
static const uint8_t cancel_tail[2][12] = {{0x48, 0x8b, 0x44, 0x24, 0x10, 0x0f, 0x05, 0x5b, 0xc3},
					   {0x48, 0x8b, 0x44, 0x24, 0x20, 0x0f, 0x05, 0x48, 0x83, 0xc4, 0x18, 0xc3}};

/* __syscall_cancel, which calls it, before and behind the four bytes of the distance. */
static const uint8_t cancel_head[] = {0x48, 0x83, 0xec, 0x10, 0xff, 0x74, 0x24, 0x18, 0xe8};
static const uint8_t cancel_rest[] = {0x5a, 0x59, 0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0x77};

static bool is_cancel(const uint8_t *at)
{
	return memcmp(at - 5, cancel_tail[0], 9) == 0 || memcmp(at - 5, cancel_tail[1], 12) == 0;
}

/* All system calls that are cancellation points are made through one function, which stands behind the one it calls. */
static bool add_cancel(struct libc_sites *s, const struct code *c, const uint8_t *at)
{
	for (const uint8_t *p = fn.end; p < fn.end + 64 && p + 64 < c->end; p++) {
		const uint8_t *call = p + sizeof cancel_head - 1, *behind = call + 5;
		int32_t distance;
		if (memcmp(p, cancel_head, sizeof cancel_head) != 0 ||
		    memcmp(behind, cancel_rest, sizeof cancel_rest) != 0)
			continue;
		__builtin_memcpy(&distance, call + 1, sizeof distance);
		struct libc_site *site = new_site(s, c, at);
		if (!site || behind + distance != fn.start)
			break;
		*site = (struct libc_site){.entry = call - c->base,
					   .entry_len = 5,
					   .nr = -1,
					   .shape = LIBC_CANCEL,
					   .leave = behind + 2 - c->base,
					   .leave_len = 6,
					   .leave_imm = -4096};
		s->count++;
		return true;
	}
	return say_no(s, c, at, "cancellation is done in a way that is new");
}

/* Where what is new is no harm: a terminal's settings asked of what is none, a message whose fate nobody looks at. */
static bool may_be_missed(int64_t nr)
{
	return nr == SYS_ioctl || nr == SYS_writev;
}

static bool look_at(struct libc_sites *s, const struct code *c, const uint8_t *at)
{
	int32_t nr;

	if (is_odd(at))
		return true;
	switch (function_decode(c, at)) {
	case FOUND_NONE:
		return say_no(s, c, at, "a system call in a function that cannot be read");
	case FOUND_BYTES:
		return true;
	case FOUND_INSN:
		break;
	}
	if (is_cancel(at))
		return add_cancel(s, c, at);
	int i = function_insn_at(at), k = function_find_number(i, &nr), reg = -1;
	if (k < 0)
		return say_no(s, c, at, "a system call whose number is not in sight");
	if (nr < 0) {
		reg = -1 - nr;
		nr = function_number_in(reg, i);
	}
	if (reg >= 0 && nr < 0)
		return say_no(s, c, at, "a system call whose number is not in sight");
	if (!libc_makes(nr) || (may_be_missed(nr) && (reg >= 0 || function_find_leave(i) < 0)))
		return true;
	if (reg < 0)
		return add_plain(s, c, k, i, nr);
	if (nr == SYS_exit_group)
		return add_final(s, c, reg);
	return say_no(s, c, at, "a system call whose number is in a register");
}

/* Most are not of interest and stand behind their number at once. */
static bool is_dull(const uint8_t *at)
{
	uint32_t nr;

	__builtin_memcpy(&nr, at - 4, sizeof nr);
	return at[-5] == 0xb8 && (at[-6] & 0xf0) != 0x40 && !libc_makes(nr);
}

/* Where among sixteen bytes the two of a system call begin, a bit each: a libc has some hundred in 1.4 MB. */
static unsigned find_calls(const uint8_t *p)
{
	__m128i first = _mm_loadu_si128((const __m128i *)p), second = _mm_loadu_si128((const __m128i *)(p + 1));

	return _mm_movemask_epi8(
		_mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8(0x0f)), _mm_cmpeq_epi8(second, _mm_set1_epi8(0x05))));
}

static bool look_at_all(struct libc_sites *s, const struct code *c)
{
	for (const uint8_t *p = c->text + 32; p + 32 < c->end; p += 16)
		for (unsigned found = find_calls(p); found; found &= found - 1) {
			const uint8_t *at = p + __builtin_ctz(found);
			if (!is_dull(at) && !look_at(s, c, at))
				return false;
		}
	return true;
}

/* The segment with the code, and the tables for unwinding. */
static bool open_image(struct code *c, const uint8_t *base)
{
	const Elf64_Ehdr *e = (const Elf64_Ehdr *)base;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(base + e->e_phoff);
	const uint8_t *header = NULL;

	*c = (struct code){.base = base};
	if (memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 || e->e_machine != EM_X86_64 || e->e_phoff > 4096)
		return false;
	for (int i = 0; i < e->e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD && ph[i].p_flags & PF_X && !c->text) {
			c->text = base + ph[i].p_vaddr;
			c->end = c->text + ph[i].p_filesz;
		}
		if (ph[i].p_type == PT_GNU_EH_FRAME)
			header = base + ph[i].p_vaddr;
	}
	return c->text && header && fde_open(&c->fdes, header);
}

bool libc_sites_find(struct libc_sites *s, const struct libc_image *image)
{
	struct code c;

	s->count = 0;
	s->why = NULL;
	s->why_at = 0;
	fn.count = 0;
	if (!open_image(&c, image->base))
		return say_no(s, &c, NULL, "not an object of the form that is known");
	s->text = c.text - c.base;
	s->text_end = c.end - c.base;
	if (!look_at_all(s, &c))
		return false;
	return libc_is_release(s) || say_no(s, &c, NULL, "a release whose system calls are others");
}
