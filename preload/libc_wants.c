/*
 * libc_wants: is a system call of libc's to be recorded? Compiled without vector registers, which then need not be saved: of most
 * calls nothing more is asked.
 */
#include <fcntl.h>
#include <stdatomic.h>

#include "preload/fdtable.h"
#include "preload/libc_hook.h"
#include "preload/state.h"

_Static_assert(sizeof(struct libc_hook) == HOOK_SIZE && offsetof(struct libc_hook, resume_leave) == HOOK_RESUME_LEAVE &&
		       offsetof(struct libc_hook, leave_imm) == HOOK_LEAVE_IMM &&
		       offsetof(struct libc_hook, nr) == HOOK_NR && offsetof(struct libc_hook, call) == HOOK_CALL &&
		       offsetof(struct libc_hook, args) == HOOK_ARGS && HOOKS == LIBC_SITES_MAX,
	       "libc_x86_64.S knows where they are");
_Static_assert(offsetof(struct fd_chunk, flags) == 0 && FD_CHUNK == 1 << FD_CHUNK_BITS && FD_CHUNKS == FD_CHUNKS_MAX,
	       "libc_x86_64.S walks the table");
_Static_assert(offsetof(struct libc_thread, waiting) == 0 &&
		       offsetof(struct libc_thread, next.frame) == EXPECTED_FRAME &&
		       offsetof(struct libc_thread, next.call) == EXPECTED_CALL &&
		       offsetof(struct libc_thread, next.args) == EXPECTED_ARGS,
	       "libc_x86_64.S looks at it");

__thread struct libc_thread libc_self;

static enum call_id row_of(const struct libc_hook *hook, uintptr_t sp)
{
	/* __internal_syscall_cancel gets the number as its seventh argument, above its return address. */
	return hook->site->shape == LIBC_CANCEL ? libc_row_of(*(const long *)(sp + 8)) : hook->call;
}

/* Is it the system call of a function that a wrapper of ours has called, and records? */
static bool is_recorded(enum call_id call, const long *args, uintptr_t key)
{
	struct expected *next = &libc_self.next;
	int nargs = call_table[call].nargs;

	if (next->frame - key >= LIBC_NEAR)
		return false;
	/* closefrom makes it, and where a descriptor of ours is spared there are several. */
	if (call == CALL_close_range)
		return next->call == CALL_close_range || next->call == CALL_closefrom;
	if (next->call != (int)call)
		return false;
	/* fcntl(2), BUGS: libc asks for an owner in this way. */
	if (call == CALL_fcntl && next->args[1] == F_GETOWN && args[1] == F_GETOWN_EX)
		nargs = 1;
	for (int i = 0; i < 3 && i < nargs; i++)
		if ((int)args[i] != next->args[i])
			return false;
	next->frame = 0;
	return true;
}

static bool is_wanted(enum call_id call, const long *args)
{
	if (!(call_table[call].flags & CALL_FILES) || fd_flags(args[0]))
		return true;
	return (call == CALL_dup2 || call == CALL_dup3) && fd_flags(args[1]);
}

bool libc_wants(const struct libc_hook *hook, long *args, uintptr_t sp, uintptr_t rbp)
{
	for (int i = 0; i < hook->site->nloads; i++) {
		const struct libc_load *load = &hook->site->loads[i];
		uintptr_t at = (load->from_rbp ? rbp : sp) + load->disp;
		args[load->arg] = load->wide ? *(const long *)at : *(const int *)at;
	}
	if (atomic_load_explicit(&shim.mode, memory_order_acquire) != SHIM_ON)
		return false;
	if (hook->site->shape == LIBC_FINAL)
		return true;
	/* What a wrapper has left here, a clone that runs beside us with the same variables may have put there, or taken; where nobody may be asked
	 * who that is, no wrapper has left anything. */
	if (self.borrowed && (self.borrowed & BORROWED_BY_CLONES || shim_sandbox_is(SANDBOX_SHY)))
		return false;
	enum call_id call = row_of(hook, sp);
	return call != CALL_UNKNOWN && !is_recorded(call, args, libc_key(hook, sp)) && is_wanted(call, args);
}

bool libc_awaits(const struct libc_hook *hook, long *args, uintptr_t sp)
{
	if (hook->late)
		return libc_wants(hook, args, sp, 0);
	for (int i = 0; i < LIBC_WAITS; i++)
		if (libc_self.waits[i].sp == sp && libc_self.waits[i].hook == hook)
			return true;
	return false;
}
