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

#include "preload/libc_fde.h"
#include "preload/libc_insn.h"
#include "preload/mem.h"

enum { FUNCTION_MAX = 8192, INSNS_MAX = FUNCTION_MAX / 2, BACK_MAX = 12, PADDING_LEN = 5, SHORT_JUMP = 120 };

/* What libc does by itself with a descriptor that may be a socket. poll is the resolver's; what only programs call (accept4,
 * epoll_wait, sendfile...) passes a symbol always. */
static const uint8_t wanted[512] = {
	[SYS_read] = 1,       [SYS_write] = 1,      [SYS_readv] = 1,       [SYS_writev] = 1,      [SYS_sendto] = 1,
	[SYS_recvfrom] = 1,   [SYS_sendmsg] = 1,    [SYS_recvmsg] = 1,     [SYS_sendmmsg] = 1,    [SYS_recvmmsg] = 1,
	[SYS_socket] = 1,     [SYS_socketpair] = 1, [SYS_bind] = 1,        [SYS_listen] = 1,      [SYS_connect] = 1,
	[SYS_accept] = 1,     [SYS_accept4] = 1,    [SYS_getsockname] = 1, [SYS_getpeername] = 1, [SYS_setsockopt] = 1,
	[SYS_getsockopt] = 1, [SYS_shutdown] = 1,   [SYS_close] = 1,       [SYS_dup] = 1,         [SYS_dup2] = 1,
	[SYS_dup3] = 1,       [SYS_fcntl] = 1,      [SYS_ioctl] = 1,       [SYS_poll] = 1,        [SYS_close_range] = 1,
	[SYS_exit_group] = 1,
};

/* How often each is made in the releases that were held against what strace sees: 2.36, 2.41, 2.43. One that differs in any
 * number is unknown, though every shape in it may be known. */
enum { RELEASES = 3, ANY_NUMBER = -1, BLIND_CLOSE = -2 };
static const struct {
	int16_t nr;
	uint8_t count[RELEASES];
} releases[] = {
	{ANY_NUMBER, {0, 1, 1}},      {SYS_read, {3, 1, 1}},        {SYS_write, {3, 1, 1}},
	{SYS_close, {4, 2, 2}},       {BLIND_CLOSE, {3, 3, 4}},     {SYS_poll, {2, 0, 0}},
	{SYS_ioctl, {5, 1, 3}},       {SYS_readv, {2, 0, 0}},       {SYS_writev, {2, 0, 0}},
	{SYS_dup, {1, 1, 1}},         {SYS_dup2, {1, 1, 1}},        {SYS_socket, {1, 1, 1}},
	{SYS_connect, {2, 0, 0}},     {SYS_accept, {2, 0, 0}},      {SYS_sendto, {4, 0, 0}},
	{SYS_recvfrom, {4, 0, 0}},    {SYS_sendmsg, {2, 0, 0}},     {SYS_recvmsg, {2, 0, 0}},
	{SYS_shutdown, {1, 1, 1}},    {SYS_bind, {1, 1, 1}},        {SYS_listen, {1, 1, 1}},
	{SYS_getsockname, {1, 1, 1}}, {SYS_getpeername, {1, 1, 1}}, {SYS_socketpair, {1, 1, 1}},
	{SYS_setsockopt, {1, 1, 1}},  {SYS_getsockopt, {1, 1, 1}},  {SYS_fcntl, {6, 4, 4}},
	{SYS_exit_group, {1, 1, 1}},  {SYS_accept4, {2, 0, 0}},     {SYS_dup3, {1, 1, 1}},
	{SYS_recvmmsg, {2, 0, 0}},    {SYS_sendmmsg, {2, 0, 0}},    {SYS_close_range, {2, 2, 2}},
};

struct code {
	const uint8_t *base;
	const uint8_t *text, *end;
	struct fde_table fdes;
};

/* A function, decoded. */
static struct function {
	const uint8_t *start, *end;
	int count;
	const uint8_t *at[INSNS_MAX + 1];
	struct insn insn[INSNS_MAX];
} fn;

static bool is_wanted(int64_t nr)
{
	return nr >= 0 && nr < (int64_t)sizeof wanted && wanted[nr];
}

static bool say_no(struct libc_sites *s, const struct code *c, const uint8_t *at, const char *why)
{
	if (!s->why) {
		s->why = why;
		s->why_at = at ? at - c->base : 0;
	}
	return false;
}

/* The instruction of the function that begins there, -1: none does. */
static int insn_at(const uint8_t *at)
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

enum found { FOUND_NONE, FOUND_INSN, FOUND_BYTES };

/* What two bytes are: a system call in a function that is decoded now, or a part of another instruction. */
static enum found decode_function(const struct code *c, const uint8_t *at)
{
	struct fde fde;

	if (fn.count && at >= fn.start && at < fn.end)
		return insn_at(at) >= 0 ? FOUND_INSN : FOUND_BYTES;
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
	return insn_at(at) >= 0 ? FOUND_INSN : FOUND_BYTES;
}

/* Does a branch of this function lead to where two addresses enclose, or to the first one? */
static bool is_jumped_into(const uint8_t *from, const uint8_t *to)
{
	for (int i = 0; i < fn.count; i++)
		if (fn.insn[i].target && fn.insn[i].target >= from && fn.insn[i].target < to)
			return true;
	return false;
}

/* The number that a register was given last before instruction i, or else first behind it; -1: none. */
static int32_t number_in(int reg, int i)
{
	int32_t value, found = -1;
	int r;

	for (int k = 0; k < fn.count && (k < i || found < 0); k++)
		if (insn_is_number(&fn.insn[k], &r, &value) && r == reg)
			found = value;
	return found;
}

/* Where the system call's number is put into eax: the index of the instruction, -1 if it is not in sight. */
static int find_number(int i, int32_t *nr)
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

/* cmp $-4096,%rax or %eax, and a jump if above, or not above; or with -4095 and if not below, or below. */
static bool is_comparison(int k)
{
	const struct insn *in = &fn.insn[k], *jump = in + 1;

	if (k + 1 >= fn.count || in->map != MAP_ONE || in->opcode != 0x3d || in->has_prefix ||
	    (in->rex != 0 && in->rex != 0x48) || jump->flow != FLOW_BRANCH)
		return false;
	return in->imm == (jump->opcode & 4 ? -4096 : -4095) && (jump->opcode & 0x0a) == 2;
}

/* Five bytes that are skipped, within reach of a short jump: the padding behind a ret or a jmp. */
static uint32_t find_room(const struct code *c, const struct libc_sites *s, const uint8_t *entry)
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
		if (!is_nop || in.len < PADDING_LEN || is_jumped_into(at, at + in.len))
			continue;
		bool used = false;
		for (int k = 0; k < s->count; k++)
			used = used || s->site[k].room == at - c->base;
		if (!used)
			return at - c->base;
	}
	return 0;
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

/* The comparison behind the system call, where it stands at once or behind a copy of the result; -1: none. */
static int find_leave(int i)
{
	int k = i + 1;

	if (k < fn.count && fn.insn[k].opcode == 0x89 && fn.insn[k].map == MAP_ONE && fn.insn[k].modrm >> 6 == 3 &&
	    insn_reg(&fn.insn[k]) == 0)
		k++;
	return is_comparison(k) ? k : -1;
}

/* A call of interest whose number is put into eax by instruction k. */
static bool add_plain(struct libc_sites *s, const struct code *c, int k, int i, int32_t nr)
{
	struct libc_site *site = new_site(s, c, fn.at[i]);
	int leave = find_leave(i);

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
		site->room = find_room(c, s, fn.at[k]);
		if (!site->room)
			return say_no(s, c, fn.at[i], "no room for a jump");
	} else if (site->entry_len != 5) {
		return say_no(s, c, fn.at[i], "a number comes in a way that is new");
	}
	if (is_jumped_into(fn.at[k] + 1, fn.at[i + 1]))
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
	switch (decode_function(c, at)) {
	case FOUND_NONE:
		return say_no(s, c, at, "a system call in a function that cannot be read");
	case FOUND_BYTES:
		return true;
	case FOUND_INSN:
		break;
	}
	if (is_cancel(at))
		return add_cancel(s, c, at);
	int i = insn_at(at), k = find_number(i, &nr), reg = -1;
	if (k < 0)
		return say_no(s, c, at, "a system call whose number is not in sight");
	if (nr < 0) {
		reg = -1 - nr;
		nr = number_in(reg, i);
	}
	if (reg >= 0 && nr < 0)
		return say_no(s, c, at, "a system call whose number is not in sight");
	if (!is_wanted(nr) || (may_be_missed(nr) && (reg >= 0 || find_leave(i) < 0)))
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
	return at[-5] == 0xb8 && (at[-6] & 0xf0) != 0x40 && !is_wanted(nr);
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

static bool is_release(const struct libc_sites *s, int release)
{
	for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
		int count = 0;
		for (int k = 0; k < s->count; k++)
			count += releases[i].nr == (s->site[k].shape == LIBC_BLIND ? BLIND_CLOSE : s->site[k].nr);
		if (count != releases[i].count[release])
			return false;
	}
	return true;
}

static bool is_known_release(const struct libc_sites *s)
{
	for (int i = 0; i < RELEASES; i++)
		if (is_release(s, i))
			return true;
	return false;
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
	return is_known_release(s) || say_no(s, &c, NULL, "a release whose system calls are others");
}
