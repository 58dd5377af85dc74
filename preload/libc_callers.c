/*
 * libc_callers: unwind libc's frames by its tables, as far as they say no more than where the caller's frame and rbp are: that is so
 * in all functions but a few that end the process or switch stacks. Nothing is allocated, no lock is taken.
 */
#include "preload/libc_callers.h"

#include <elf.h>
#include <stdatomic.h>
#include <stddef.h>

#include "preload/libc_fde.h"
#include "preload/mem.h"

enum {
	FRAMES = 32,
	PLACES = 512, /* of which is kept how to unwind them */
	NAMES = 64,
	NAME_MAX_LEN = 31,
	STATES = 8,
	RBP = 6, /* as DWARF counts registers */
	RSP = 7,
	RETURN = 16,
};

static const uint8_t *libc;
static uint32_t text_from, text_to;
static struct fde_table fdes;
static const Elf64_Sym *symbols;
static const char *strings;
static uint32_t nsymbols;

/* How to find the caller's frame: CFA = register + cfa, and rbp at CFA - rbp, 0: it is still in the register. In steps of eight. */
struct row {
	uint32_t cfa, rbp;
	bool by_rbp;
};

/* One word, so that threads need no lock: place (24 bits), cfa (16), rbp (16), by_rbp (1), known (1). */
static _Atomic uint64_t places[PLACES];

static bool keep_row(uint32_t place, struct row *r, bool write)
{
	_Atomic uint64_t *at = &places[(place * 2654435761u) >> 23];
	uint64_t word;

	if (write) {
		if (place >> 24 || r->cfa >> 16 || r->rbp >> 16)
			return false;
		word = (uint64_t)place << 40 | (uint64_t)r->cfa << 24 | r->rbp << 8 | r->by_rbp << 1 | 1;
		atomic_store_explicit(at, word, memory_order_relaxed);
		return true;
	}
	word = atomic_load_explicit(at, memory_order_relaxed);
	if (!(word & 1) || word >> 40 != place)
		return false;
	*r = (struct row){.cfa = word >> 24 & 0xffff, .rbp = word >> 8 & 0xffff, .by_rbp = word >> 1 & 1};
	return true;
}

/* What the instructions of a function's table have said so far. */
struct machine {
	uint64_t cfa_register;
	int64_t cfa_offset, rbp_offset; /* rbp_offset 0: rbp is what it was */
	bool odd;                       /* said something else than offsets */
};

static int64_t little(const uint8_t **p, int len)
{
	int64_t v = 0;

	__builtin_memcpy(&v, *p, len);
	*p += len;
	return v;
}

/* DWARF 4, 6.4.2; code and data are aligned as x86-64 has it: 1 and -8. */
static bool run(const uint8_t *p, const uint8_t *end, const struct machine *first, struct machine *m,
		const uint8_t *from, const uint8_t *pc)
{
	struct machine saved[STATES];
	int depth = 0;
	uint64_t reg;

	while (p < end && from <= pc) {
		uint8_t op = *p++, low = op & 63;
		switch (op >> 6) {
		case 1: /* advance_loc */
			from += low;
			continue;
		case 2: /* offset */
			if (low == RBP)
				m->rbp_offset = fde_uleb(&p);
			else
				fde_uleb(&p);
			continue;
		case 3: /* restore */
			if (low == RBP)
				m->rbp_offset = first->rbp_offset;
			continue;
		}
		switch (op) {
		case 0x00: /* nop */
			break;
		case 0x02: /* advance_loc1, 2, 4 */
		case 0x03:
		case 0x04:
			from += little(&p, 1 << (op - 2));
			break;
		case 0x0a: /* remember_state */
			if (depth == STATES)
				return false;
			saved[depth++] = *m;
			break;
		case 0x0b: /* restore_state */
			if (!depth)
				return false;
			*m = saved[--depth];
			break;
		case 0x0c: /* def_cfa */
			m->cfa_register = fde_uleb(&p);
			m->cfa_offset = fde_uleb(&p);
			break;
		case 0x0d: /* def_cfa_register */
			m->cfa_register = fde_uleb(&p);
			break;
		case 0x0e: /* def_cfa_offset */
			m->cfa_offset = fde_uleb(&p);
			break;
		case 0x2e: /* GNU_args_size */
			fde_uleb(&p);
			break;
		case 0x16: /* val_expression, expression: of registers that are not asked for */
		case 0x10:
			reg = fde_uleb(&p);
			m->odd = m->odd || reg == RBP || reg == RETURN;
			reg = fde_uleb(&p);
			p += reg;
			break;
		default:
			return false;
		}
	}
	return true;
}

static bool find_row(struct row *r, const uint8_t *pc)
{
	struct machine first = {.cfa_register = RSP, .cfa_offset = 8}, m;
	struct fde fde;
	uint32_t place = pc - libc;

	if (keep_row(place, r, false))
		return true;
	/* A return address is behind the call, which may be the function's last instruction. */
	if (!fde_find(&fdes, &fde, pc - 1))
		return false;
	m = first;
	if (!run(fde.program, fde.program_end, &first, &m, fde.start, pc - 1) || m.odd)
		return false;
	if ((m.cfa_register != RSP && m.cfa_register != RBP) || m.cfa_offset % 8 || m.cfa_offset < 8)
		return false;
	*r = (struct row){.cfa = m.cfa_offset / 8, .rbp = m.rbp_offset, .by_rbp = m.cfa_register == RBP};
	return keep_row(place, r, true);
}

static bool is_in_libc(uint64_t pc)
{
	return pc - (uint64_t)libc - text_from < text_to - text_from;
}

/* How good a name it is: what programs write has no underscores in front. */
static int rank(const char *name)
{
	int n = 0;

	if (text_starts(name, "_IO_"))
		return 3;
	while (name[n] == '_')
		n++;
	return n;
}

/* fprintf of __fprintf_chk, which programs call that were compiled with _FORTIFY_SOURCE. */
static void name_it(struct libc_caller *c, const char *name)
{
	size_t len = text_len(name);

	if (len > 6 && text_starts(name, "__") && text_equal(name + len - 4, "_chk")) {
		name += 2;
		len -= 6;
	}
	c->name = name;
	c->len = len <= NAME_MAX_LEN ? len : 0;
}

/* The best name of the function that begins there; NULL: it is not public. */
static const char *look_up(uint32_t start)
{
	static _Atomic(const char *) names[NAMES];
	static _Atomic uint32_t starts[NAMES];
	unsigned at = start / 16 % NAMES;
	const char *best = NULL;

	if (atomic_load_explicit(&starts[at], memory_order_acquire) == start) {
		best = atomic_load_explicit(&names[at], memory_order_relaxed);
		if (atomic_load_explicit(&starts[at], memory_order_acquire) == start)
			return best;
		best = NULL;
	}
	for (uint32_t i = 0; i < nsymbols; i++) {
		const Elf64_Sym *s = &symbols[i];
		const char *name = strings + s->st_name;
		if (s->st_value != start || s->st_shndx == SHN_UNDEF || ELF64_ST_TYPE(s->st_info) != STT_FUNC)
			continue;
		if (!best || rank(name) < rank(best) || (rank(name) == rank(best) && text_len(name) < text_len(best)))
			best = name;
	}
	atomic_store_explicit(&starts[at], 0, memory_order_release);
	atomic_store_explicit(&names[at], best, memory_order_release);
	atomic_store_explicit(&starts[at], start, memory_order_release);
	return best;
}

bool libc_callers_find(struct libc_caller *c, uint64_t pc, uintptr_t sp, uintptr_t bp)
{
	const uint8_t *last = NULL;
	struct fde fde;
	struct row r;

	*c = (struct libc_caller){0};
	for (int i = 0; i < FRAMES && is_in_libc(pc); i++) {
		last = (const uint8_t *)pc;
		if (!find_row(&r, last))
			return false;
		uintptr_t cfa = (r.by_rbp ? bp : sp) + 8ul * r.cfa;
		if (cfa <= sp)
			return false;
		if (r.rbp)
			bp = *(const uintptr_t *)(cfa - 8ul * r.rbp);
		pc = *(const uint64_t *)(cfa - 8);
		sp = cfa;
	}
	if (!last || is_in_libc(pc) || !fde_find(&fdes, &fde, last - 1))
		return false;
	const char *name = look_up(fde.start - libc);
	if (!name)
		return false;
	c->pc = pc;
	c->bp = bp;
	/* main has returned: what libc's own start calls then is exit. */
	if (text_starts(name, "__libc_start_main")) {
		name = "exit";
		c->pc = 0;
	}
	name_it(c, name);
	return c->len > 0;
}

/* The table has no count: it ends with the chain of the last bucket. */
static uint32_t count_symbols(const uint32_t *hash)
{
	const uint32_t *buckets = hash + 4 + 2 * hash[2], *chains = buckets + hash[0];
	uint32_t last = 0;

	for (uint32_t i = 0; i < hash[0]; i++)
		last = buckets[i] > last ? buckets[i] : last;
	if (last < hash[1])
		return 0;
	while (!(chains[last - hash[1]] & 1))
		last++;
	return last + 1;
}

bool libc_callers_begin(const void *base, uint32_t text, uint32_t text_end)
{
	const Elf64_Ehdr *e = base;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)((const char *)base + e->e_phoff);
	const Elf64_Dyn *d = NULL;
	const uint32_t *hash = NULL;

	libc = base;
	text_from = text;
	text_to = text_end;
	for (int i = 0; i < e->e_phnum; i++) {
		if (ph[i].p_type == PT_DYNAMIC)
			d = (const Elf64_Dyn *)(libc + ph[i].p_vaddr);
		if (ph[i].p_type == PT_GNU_EH_FRAME && !fde_open(&fdes, libc + ph[i].p_vaddr))
			return false;
	}
	for (; d && d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			symbols = (const Elf64_Sym *)d->d_un.d_ptr;
		else if (d->d_tag == DT_STRTAB)
			strings = (const char *)d->d_un.d_ptr;
		else if (d->d_tag == DT_GNU_HASH)
			hash = (const uint32_t *)d->d_un.d_ptr;
	}
	if (!symbols || !strings || !hash || !fdes.count)
		return false;
	nsymbols = count_symbols(hash);
	return true;
}
