/*
 * libc_patch: put the hooks into libc's code.
 *
 * What is replaced is always one whole instruction, so that a thread or handler that was interrupted before or behind it goes on
 * rightly. Where other threads may run the very instruction, none may see half of the new one:
 *
 *   1. its first two bytes become `jmp .`, in one store that crosses no cache line: who comes here waits;
 *   2. all cores are made to fetch anew (membarrier(2), SYNC_CORE), so that nobody is within the old instruction;
 *   3. the other bytes are written, again all cores fetch anew, and the first two bytes are written last.
 *
 * This is what Linux does in text_poke_bp() with a breakpoint for the jump (Intel SDM volume 3, "Handling Self- and
 * Cross-Modifying Code"; membarrier(2)). A head that lies across two cache lines cannot be stored at once: then the entry stays as it is and the call is
 * recorded when it has returned.
 */
#include "preload/libc_patch.h"

#include <linux/membarrier.h>
#include <stddef.h>
#include <sys/mman.h>

#include "preload/libc_direct.h"
#include "preload/libc_hook.h"
#include "preload/mem.h"
#include "preload/state.h"
#include "preload/sys.h"

enum { PAGE = 4096, CACHE_LINE = 64, JUMP_LEN = 5, REACH = 0x7ff00000 /* our own code is shorter than the rest */ };

/* Bytes to be put at a place: two, a jump to the room of its site, or five. */
struct patch {
	uint8_t *at;
	uint8_t len;
	bool quiet; /* nobody runs there */
	uint8_t bytes[JUMP_LEN];
};

static struct patch patches[3 * LIBC_SITES_MAX];
static int count;

static bool is_split(const void *at)
{
	return (uintptr_t)at % CACHE_LINE == CACHE_LINE - 1;
}

/* opcode: e9 a jump, e8 a call. */
static void add_long(uint8_t *at, uint8_t opcode, const void *target, bool quiet)
{
	struct patch *p = &patches[count++];
	int32_t distance = (const uint8_t *)target - (at + JUMP_LEN);

	*p = (struct patch){.at = at, .len = JUMP_LEN, .quiet = quiet, .bytes = {opcode}};
	__builtin_memcpy(p->bytes + 1, &distance, sizeof distance);
}

static void add_short(uint8_t *at, const uint8_t *target)
{
	patches[count++] = (struct patch){.at = at, .len = 2, .bytes = {0xeb, (uint8_t)(target - (at + 2))}};
}

/* The stubs of a register's _exit. */
static const char *final_of(int reg)
{
	return reg == 0 ? libc_enter_final_eax : reg == 2 ? libc_enter_final_edx : libc_enter_final_esi;
}

/* The stub of the site's entry. */
static const char *enter_of(int i, const struct libc_site *s, enum call_id call)
{
	if (s->shape == LIBC_CANCEL)
		return libc_enter_cancel + i * STUB_SIZE;
	if (s->shape == LIBC_FINAL)
		return final_of(s->reg) + i * STUB_SIZE;
	/* dup2 concerns two descriptors, and one that is loaded later is not in its register yet. */
	bool of_files = !s->nloads && call_table[call].flags & CALL_FILES && call != CALL_dup2 && call != CALL_dup3;
	return of_files ? libc_direct_enter(i) : libc_direct_any(i);
}

static const char *leave_of(int i, const struct libc_site *s, bool late)
{
	bool is32 = s->leave_len == JUMP_LEN;

	if (!late && !is32)
		return libc_direct_leave(i);
	return (!late ? libc_leave32 : is32 ? libc_leave_late32 : libc_leave_late) + i * STUB_SIZE;
}

static const uint8_t *called_at(const uint8_t *call)
{
	int32_t distance;

	__builtin_memcpy(&distance, call + 1, sizeof distance);
	return call + JUMP_LEN + distance;
}

static bool prepare(const struct libc_sites *sites, uint8_t *base, bool threaded)
{
	for (int i = 0; i < sites->count; i++) {
		const struct libc_site *s = &sites->site[i];
		struct libc_hook *h = &libc_hooks[i];
		uint8_t *entry = base + s->entry, *leave = s->leave ? base + s->leave : NULL;
		enum call_id call = libc_row_of(s->nr);
		*h = (struct libc_hook){
			.resume = s->shape == LIBC_CANCEL ? called_at(entry) : entry + s->entry_len,
			.resume_leave = leave ? leave + s->leave_len : entry + s->entry_len,
			.leave_imm = s->leave_imm,
			.nr = s->nr,
			.call = call,
			.late = threaded && is_split(entry),
			.args = s->nloads || call == CALL_UNKNOWN ? 0 : call_table[call].nargs,
			.site = s,
		};
		if (h->late && (!leave || s->shape != LIBC_PLAIN || s->nloads))
			return false;
		if (leave && threaded && is_split(leave))
			return false;
		const char *stub = enter_of(i, s, call);
		libc_direct_write(i, h);
		if (s->room && !h->late) {
			add_long(base + s->room, 0xe9, stub, true);
			add_short(entry, base + s->room);
		} else if (!h->late) {
			add_long(entry, s->shape == LIBC_CANCEL ? 0xe8 : 0xe9, stub, false);
		}
		if (leave)
			add_long(leave, 0xe9, leave_of(i, s, h->late), false);
	}
	return true;
}

static void put(uint8_t *at, const uint8_t *from, int len)
{
	for (int i = 0; i < len; i++)
		*(volatile uint8_t *)(at + i) = from[i];
}

/* Two bytes in one store. */
static void put_head(uint8_t *at, const uint8_t *from)
{
	uint16_t head;

	__builtin_memcpy(&head, from, sizeof head);
	__asm__ volatile("xchgw %0, %1" : "+r"(head), "+m"(*(uint16_t *)at) : : "memory");
}

static bool sync_cores(void)
{
	return sys3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) == 0;
}

static void write_alone(void)
{
	for (int i = 0; i < count; i++)
		put(patches[i].at, patches[i].bytes, patches[i].len);
}

static void write_among_threads(void)
{
	static const uint8_t wait[] = {0xeb, 0xfe};

	for (int i = 0; i < count; i++)
		if (patches[i].quiet)
			put(patches[i].at, patches[i].bytes, patches[i].len);
	for (int i = 0; i < count; i++)
		if (!patches[i].quiet && patches[i].len == JUMP_LEN)
			put_head(patches[i].at, wait);
	sync_cores();
	for (int i = 0; i < count; i++)
		if (!patches[i].quiet && patches[i].len == JUMP_LEN)
			put(patches[i].at + 2, patches[i].bytes + 2, JUMP_LEN - 2);
	sync_cores();
	for (int i = 0; i < count; i++)
		if (!patches[i].quiet)
			put_head(patches[i].at, patches[i].bytes);
	sync_cores();
}

static bool is_in_reach(const uint8_t *base, const struct libc_sites *sites)
{
	intptr_t from = (intptr_t)(base + sites->text), end = (intptr_t)(base + sites->text_end);
	intptr_t stubs = (intptr_t)libc_stubs, stubs_end = (intptr_t)libc_stubs_end;

	return end - stubs < REACH && stubs_end - from < REACH;
}

/* What keeps us from libc's code keeps us from ours. */
static const char refused[] = "its code may not be written to";

const char *libc_patch(const struct libc_sites *sites, const unsigned char *base, bool threaded)
{
	uintptr_t low = (uintptr_t)(base + sites->text), high = (uintptr_t)(base + sites->text_end);

	if (!is_in_reach(base, sites))
		return "libc is out of a jump's reach";
	if (threaded &&
	    (sys3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) < 0 || !sync_cores()))
		return "threads run already, and the kernel has no membarrier for them";
	count = 0;
	if (!libc_direct_open(true))
		return refused;
	bool prepared = prepare(sites, (uint8_t *)base, threaded);
	libc_direct_open(false);
	if (!prepared)
		return "threads run already, and an instruction lies across two cache lines";
	/* The whole segment: in a part of it, which then has a mapping of its own, strace -k and others find no functions. */
	low &= -(uintptr_t)PAGE;
	high = (high + PAGE - 1) & -(uintptr_t)PAGE;
	/* A handler of this thread would wait for ever at a head that it interrupts us to write. */
	uint64_t before = sys_block_signals(~0ull);
	/* Executable all the time: others run there. */
	bool open = sys3(SYS_mprotect, low, high - low, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
	if (open) {
		if (threaded)
			write_among_threads();
		else
			write_alone();
		sys3(SYS_mprotect, low, high - low, PROT_READ | PROT_EXEC);
	}
	sys_signals_back(before);
	return open ? NULL : refused;
}
