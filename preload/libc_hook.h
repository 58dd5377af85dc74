/*
 * libc_hook.h: what is run in the place of the instructions that were replaced in libc.
 *
 * A site's entry and its comparison each jump to a few bytes of ours (a stub), which name the site's hook and go on to a handler: it
 * does the instruction that was replaced, asks C whether the call is to be recorded, and jumps back. Where files are read and
 * written (libc_direct.h) the stub does all of this that is left to do. The system call itself stays in libc, so that a thread which is
 * cancelled in it is unwound from there.
 */
#ifndef PRELOAD_LIBC_HOOK_H
#define PRELOAD_LIBC_HOOK_H

/* For the assembler too: where things lie in struct libc_hook, a direct stub, and the table of descriptors. */
#define HOOK_RESUME         0
#define HOOK_RESUME_LEAVE   8
#define HOOK_LEAVE_IMM      16
#define HOOK_NR             24
#define HOOK_CALL           28
#define HOOK_ARGS           30
#define HOOK_SIZE           40
#define HOOKS               112
#define STUB_SIZE           16
#define DIRECT_SIZE         192
#define DIRECT_NR           39
#define DIRECT_RESUME       44
#define DIRECT_ANY          48
#define DIRECT_LEAVE        64
#define DIRECT_LEAVE_SELF   75
#define DIRECT_LEAVE_IMM    88
#define DIRECT_LEAVE_RESUME 95
#define DIRECT_EXPECTED     100
#define EXPECTED_FRAME      8
#define EXPECTED_CALL       16
#define EXPECTED_ARGS       20
#define LIBC_NEAR           4096 /* bytes from a wrapper's frame to the system call that it is about */
#define FD_CHUNK_BITS       9
#define FD_CHUNKS_MAX       2048

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include "preload/libc_sites.h"
#include "preload/record.h"

struct libc_hook {
	const void *resume; /* where to go on: behind the entry, or in the function that is called there */
	const void *resume_leave;
	int64_t leave_imm;
	int32_t nr;
	uint8_t call; /* enum call_id; CALL_UNKNOWN where the number is on the stack */
	bool late;    /* only the comparison is replaced: the call is recorded when it has returned */
	uint8_t args; /* how many there are, where they are all in their registers at the entry; 0: they are not */
	const struct libc_site *site;
};

extern struct libc_hook libc_hooks[HOOKS];

/* In libc_x86_64.S: for each handler the stubs of all hooks, STUB_SIZE bytes each. */
extern const char libc_enter_cancel[], libc_enter_final_eax[], libc_enter_final_edx[], libc_enter_final_esi[],
	libc_leave32[], libc_leave_late[], libc_leave_late32[];
extern const char libc_stubs[], libc_stubs_end[]; /* all of these */

/* A call of libc's own that has begun. */
struct libc_wait {
	uintptr_t sp; /* of the function that makes it; 0: none */
	const struct libc_hook *hook;
	long args[6];
	struct frame frame;
};

enum {
	LIBC_WAITS = 4,     /* handlers within calls */
	LIBC_FAR = 1 << 20, /* to one that libc's function makes further down: a resolver has large frames */
};

struct libc_thread {
	int waiting; /* how many of the waits are in use; first, for the assembler */
	struct expected next;
	int closing;    /* the descriptor that a wrapper closes by fclose or freopen, plus one: 0 none */
	int close_refs; /* once libc has closed it: how many others mean its socket */
	bool closed;
	struct libc_wait waits[LIBC_WAITS];
};

extern __thread struct libc_thread libc_self;

/* Called by the handlers: is this call to be recorded? Uses no vector registers. */
bool libc_wants(const struct libc_hook *hook, long *args, uintptr_t sp, uintptr_t rbp);
void libc_enters(const struct libc_hook *hook, const long *args, uintptr_t sp, uintptr_t rbp);

/* The same when it has returned. */
bool libc_awaits(const struct libc_hook *hook, long *args, uintptr_t sp);
void libc_leaves(const struct libc_hook *hook, const long *args, uintptr_t sp, long ret);

/* The row of a system call that libc makes by itself; CALL_UNKNOWN for what is not recorded. */
enum call_id libc_row_of(long nr);

/* Where the system call's arguments and number are for the two ways to make one. */
static inline uintptr_t libc_key(const struct libc_hook *hook, uintptr_t sp)
{
	return hook->site->shape == LIBC_CANCEL ? sp + 24 : sp;
}
#endif

#endif
