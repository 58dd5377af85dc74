/* sandbox: what the shim may do once this process has entered a sandbox by seccomp. */
#include "preload/sandbox.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdatomic.h>

#include "preload/filter.h"
#include "preload/ours.h"
#include "preload/real.h"
#include "preload/slot.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"
#include "trace/format.h"

/* What was before, of a sandbox that is about to be entered. */
enum { WAS_SANDBOXED = 1, WAS_MUTE = 2 };

/* Is this an answer that the process survives? A handler of its own gets SIGSYS, a supervisor need not answer. */
static bool is_harmless(uint32_t answer)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_ERRNO:
	case SECCOMP_RET_TRACE:
		return true;
	default:
		return false;
	}
}

static bool forbids_write(const void *filter, bool accepted)
{
	static char bytes;
	struct seccomp_data call = {
		.nr = SYS_write,
		.arch = AUDIT_ARCH_X86_64,
		.instruction_pointer = (uintptr_t)forbids_write, /* thereabouts */
		.args = {ours_kept(OURS_TRACE), (uintptr_t)&bytes, TRACE_BLOCK},
	};

	return filter && ours_kept(OURS_TRACE) >= 0 && !is_harmless(filter_answer(filter, &call, accepted));
}

int sandbox_begins(bool strict, const void *filter)
{
	bool is_childs = self.borrowed & BORROWED_BY_CHILD && vforked_runs();
	/* In a sandbox nobody may be asked whether the filter can be read: until it is entered nothing is written. */
	bool is_mute = shim_is_sandboxed() ? filter != NULL : forbids_write(filter, false);

	if (!is_childs)
		shim_notice();
	else if (!shim_is_sandboxed())
		self.childs_pid = sys_getpid();
	int was = shim_is_sandboxed() && shim.mute ? WAS_MUTE : 0;
	shim.mute = is_mute || was;
	if (atomic_exchange(&shim.sandboxed, true))
		was |= WAS_SANDBOXED;
	else if (is_childs)
		self.borrowed |= BORROWED_IN_SANDBOX;
	else
		slots_quiesce();
	if (strict || !real_clock)
		shim_stop_clock();
	return was;
}

void sandbox_entered(int was, const void *filter)
{
	/* One filter upon another: the kernel asks them all. */
	if (was == WAS_SANDBOXED)
		shim.mute = forbids_write(filter, true);
}

void sandbox_failed(int was)
{
	atomic_store(&shim.sandboxed, was & WAS_SANDBOXED);
	shim.mute = was & WAS_MUTE;
	if (!(was & WAS_SANDBOXED) || real_clock)
		shim_start_clock();
}

void sandbox_without_clock(void)
{
	if (shim_is_sandboxed())
		shim_stop_clock();
	real_clock = NULL;
}
