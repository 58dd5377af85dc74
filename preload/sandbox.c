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

/* An answer that the process would not survive, or that a handler of its own gets. */
static bool is_deadly(uint32_t answer)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_KILL_PROCESS:
	case SECCOMP_RET_KILL_THREAD:
	case SECCOMP_RET_TRAP:
		return true;
	default:
		return false;
	}
}

static bool forbids_write(const void *filter, int fd)
{
	static char bytes;
	struct seccomp_data call = {
		.nr = SYS_write,
		.arch = AUDIT_ARCH_X86_64,
		.instruction_pointer = (uintptr_t)forbids_write, /* thereabouts */
		.args = {fd, (uintptr_t)&bytes, TRACE_BLOCK},
	};

	return is_deadly(filter_answer(filter, &call));
}

bool sandbox_begins(bool strict, const void *filter)
{
	bool is_childs = self.borrowed & BORROWED_BY_CHILD && vforked_runs();
	/* One filter upon another: the kernel asks them all. */
	bool is_mute = (shim.sandboxed && shim.mute) ||
		       (filter && ours_kept(OURS_TRACE) >= 0 && forbids_write(filter, ours_kept(OURS_TRACE)));

	if (!is_childs)
		shim_notice();
	else if (!shim.sandboxed)
		self.childs_pid = sys_getpid();
	shim.mute = is_mute;
	bool was = atomic_exchange(&shim.sandboxed, true);
	if (!was && is_childs)
		self.borrowed |= BORROWED_IN_SANDBOX;
	else if (!was)
		slots_quiesce();
	if (strict || !real_clock)
		shim_stop_clock();
	return was;
}

void sandbox_failed(bool was)
{
	atomic_store(&shim.sandboxed, was);
	shim_start_clock();
}

void sandbox_without_clock(void)
{
	if (shim.sandboxed)
		shim_stop_clock();
	real_clock = NULL;
}
