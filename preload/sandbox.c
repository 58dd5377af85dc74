/* sandbox: what the shim may do once this process has entered a sandbox by seccomp. */
#include "preload/sandbox.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdatomic.h>

#include "preload/clock.h"
#include "preload/filter.h"
#include "preload/ours.h"
#include "preload/real.h"
#include "preload/slot.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"
#include "trace/format.h"

enum {
	MUTE = BORROWED_IN_SANDBOX << SANDBOX_MUTE,
	UNDECIDED = BORROWED_IN_SANDBOX << SANDBOX_UNDECIDED,
	/* What may be so of a filter that cannot be read yet. */
	UNKNOWN = MUTE | BORROWED_IN_SANDBOX << SANDBOX_SHY | BORROWED_IN_SANDBOX << SANDBOX_CRAMPED |
		  BORROWED_IN_SANDBOX << SANDBOX_CHOOSY
};

_Atomic unsigned sandbox_attempts;

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

	return ours_kept(OURS_TRACE) >= 0 && !is_harmless(filter_answer(filter, &call, accepted));
}

static bool forbids_room(const void *filter, bool accepted)
{
	struct seccomp_data call = {
		.nr = SYS_mmap,
		.arch = AUDIT_ARCH_X86_64,
		.instruction_pointer = (uintptr_t)forbids_room, /* thereabouts */
		.args = {0, SLOT_DATA + SLOT_LAST, SLOT_ROOM_PROT, SLOT_ROOM_FLAGS, -1, 0},
	};

	if (!is_harmless(filter_answer(filter, &call, accepted)))
		return true;
	call.nr = SYS_munmap;
	return !is_harmless(filter_answer(filter, &call, accepted));
}

/* With an answer that is the kernel's. */
static bool allows(const void *filter, int nr, bool accepted)
{
	struct seccomp_data call = {
		.nr = nr, .arch = AUDIT_ARCH_X86_64, .instruction_pointer = (uintptr_t)allows /* thereabouts */
	};
	uint32_t action = filter_answer(filter, &call, accepted) & SECCOMP_RET_ACTION_FULL;

	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

/* Does it make a difference whether there is room for an address? */
static bool looks_at_room(const void *filter, int nr, bool accepted)
{
	static char room;
	struct seccomp_data call = {
		.nr = nr, .arch = AUDIT_ARCH_X86_64, .instruction_pointer = (uintptr_t)looks_at_room /* thereabouts */
	};
	uint32_t without = filter_answer(filter, &call, accepted);

	call.args[1] = call.args[2] = (uintptr_t)&room;
	return filter_answer(filter, &call, accepted) != without;
}

/* What is so of it, as marks of what a child of vfork has borrowed. `accepted` by the kernel: it can be read. */
static int marks_of(const void *filter, bool accepted)
{
	int marks = 0;

	if (!filter)
		return 0;
	if (forbids_write(filter, accepted))
		marks |= MUTE;
	if (!allows(filter, SYS_getpid, accepted) || !allows(filter, SYS_gettid, accepted))
		marks |= BORROWED_IN_SANDBOX << SANDBOX_SHY;
	if (forbids_room(filter, accepted))
		marks |= BORROWED_IN_SANDBOX << SANDBOX_CRAMPED;
	if (looks_at_room(filter, SYS_accept, accepted) || looks_at_room(filter, SYS_accept4, accepted))
		marks |= BORROWED_IN_SANDBOX << SANDBOX_CHOOSY;
	return marks;
}

/* Entries of several threads may overlap, and some fail: the process counts. What a child of vfork enters is its own. */
static void count(int marks, int by)
{
	for (int mark = SANDBOX_MARKS - 1; mark >= 0; mark--)
		if (marks & BORROWED_IN_SANDBOX << mark)
			atomic_fetch_add(&shim.sandboxes[mark], by);
}

static int begin_childs(int marks)
{
	int added = marks & ~self.borrowed;

	if (!(self.borrowed & BORROWED_IN_SANDBOX))
		self.childs_pid = shim_sandbox_is(SANDBOX_SHY) ? -1 : sys_getpid();
	self.borrowed |= marks;
	return added | BORROWED_BY_CHILD;
}

int sandbox_begins(bool strict, const void *filter)
{
	bool is_childs = self.borrowed & BORROWED_BY_CHILD && vforked_runs();
	int marks = BORROWED_IN_SANDBOX;

	if (!is_childs)
		shim_notice();
	/* In a sandbox nobody may be asked whether the filter can be read: until it is entered nothing is written. */
	marks |= filter && shim_is_sandboxed() ? UNKNOWN : marks_of(filter, false);
	if (strict)
		marks |= UNKNOWN & ~MUTE;
	if (strict || !real_clock) {
		clock_stop();
		marks |= BORROWED_IN_SANDBOX << SANDBOX_CLOCKLESS;
	}
	if (is_childs)
		return begin_childs(marks);
	bool is_first = !shim_is_sandboxed();
	/* What other threads have to write waits: who is mute is so for good. */
	if (marks & MUTE) {
		marks |= UNDECIDED;
		atomic_fetch_add(&sandbox_attempts, 1);
	}
	count(marks & ~MUTE, 1);
	if (is_first)
		slots_quiesce();
	return marks;
}

void sandbox_entered(int marks, const void *filter)
{
	int unknown = marks & UNKNOWN;
	/* One filter upon another: the kernel asks them all. */
	int gone = filter && unknown ? unknown & ~marks_of(filter, true) : 0;

	if (marks & BORROWED_BY_CHILD) {
		self.borrowed &= ~gone;
		return;
	}
	count(marks & ~gone & MUTE, 1);
	count((gone & ~MUTE) | (marks & UNDECIDED), -1);
}

void sandbox_failed(int marks)
{
	if (marks & BORROWED_BY_CHILD)
		self.borrowed &= ~(marks & ~BORROWED_BY_CHILD);
	else
		count(marks & ~MUTE, -1);
}

void sandbox_without_clock(void)
{
	if (shim_is_sandboxed())
		clock_stop();
	if (atomic_load(&shim.sandboxes[SANDBOX_ENTERED]))
		count(BORROWED_IN_SANDBOX << SANDBOX_CLOCKLESS, 1);
	else if (self.borrowed & BORROWED_IN_SANDBOX)
		self.borrowed |= BORROWED_IN_SANDBOX << SANDBOX_CLOCKLESS;
	clock_lose_counter();
}
