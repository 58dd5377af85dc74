/* rights: before a call that gives up rights: have what cannot be had any more afterwards. */
#include "preload/rights.h"

#include <sched.h>

#include "preload/admit.h"
#include "preload/fdtable.h"
#include "preload/mem.h"
#include "preload/modules.h"
#include "preload/out.h"
#include "preload/process.h"
#include "preload/slot.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"
#include "preload/watches.h"

/* Can files still be made afterwards, by their paths as before, or not at all? */
static bool keeps_paths(const struct frame *f)
{
	return f->call == CALL_prctl || (f->call == CALL_unshare && !(f->args[0] & CLONE_NEWNS));
}

/* Servers change who they are for each request: a process may always read what /proc says of its memory (ptrace_may_access in the kernel's
 * kernel/ptrace.c), where it still finds it. */
static bool keeps_proc(const struct frame *f)
{
	switch (f->call) {
	case CALL_chroot:
	case CALL_pivot_root:
	case CALL_setns:
	case CALL_landlock_restrict_self:
	case CALL_prctl:
		return false;
	case CALL_unshare:
		return !(f->args[0] & CLONE_NEWNS);
	default:
		return true;
	}
}

/* It stays who it is, as with ncurses, which opens each of its files so. No user's number is -1: this only asks (setfsuid(2)). */
static bool stays_the_same(const struct frame *f)
{
	if (f->call == CALL_setfsuid)
		return sys3(SYS_setfsuid, -1, 0, 0) == (int)f->args[0];
	if (f->call == CALL_setfsgid)
		return sys3(SYS_setfsgid, -1, 0, 0) == (int)f->args[0];
	return false;
}

void rights_secure(const struct frame *f)
{
	struct slot *s;

	/* In a sandbox that has been done, as far as it could be, and nothing is asked. */
	if (!shim_is_sandboxed() && stays_the_same(f))
		return;
	shim.changes_rights = true;
	if (shim_is_sandboxed())
		return;
	/* As it is left lent by a jump out of system(3): in a sandbox it is no good to ask who this is. */
	if (!f->child && self.borrowed & BORROWED_BY_CHILD)
		vforked_take_back(self.borrowed & BORROWED_BY_CLONES);
	if (f->child || vforked_ends() || !process_trace())
		return;
	s = slot_take();
	if (!s)
		return;
	if (!keeps_proc(f))
		modules_note_all(s);
	slot_secure(s);
	slot_drop(s);
	mem_learn_stack();
	if (f->call == CALL_prctl) {
		fd_secure();
		watches_secure();
	}
	out_secure(!keeps_paths(f));
	admit_next_user(f->call, f->args);
}
