/* start: the shim's beginning in a process, and in the children it forks. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "preload/complain.h"
#include "preload/env.h"
#include "preload/follow.h"
#include "preload/identity.h"
#include "preload/json.h"
#include "preload/libc_calls.h"
#include "preload/mem.h"
#include "preload/modules.h"
#include "preload/out.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/settings.h"
#include "preload/slot.h"
#include "preload/stack.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"
#include "trace/format.h"

struct shim shim;
__thread struct thread self;

extern char **environ;
extern int on_exit(void (*handler)(int status, void *arg), void *arg) __attribute__((weak));

static void at_exit(int status, void *arg)
{
	(void)arg;
	if (!process_is_traced() || vforked_runs())
		return;
	if (!libc_calls_exiting(status & 0xff))
		process_end("exit", status & 0xff);
}

/* Noticed without a system call: a page that the kernel clears in every child (madvise(2), MADV_WIPEONFORK, Linux 4.14). A part of
 * .bss can be such a page as well as one that is mapped for it, which would cost another system call. */
static _Alignas(MEM_PAGE) char wiped[MEM_PAGE];
static _Atomic bool watched; /* it has been written to, so that only a fork can have emptied it */

static void watch_forks(void)
{
	static char always = 1;

	if (!atomic_load(&watched) && sys_madvise(wiped, MEM_PAGE, MADV_WIPEONFORK) < 0)
		shim.alive = &always;
	*shim.alive = 1;
	atomic_store(&watched, true);
}

/* Not so a child of clone(CLONE_VM) that nobody told us of; nor where the kernel does not answer, for what such a child did to our memory
 * would be worse than what is lost of one with its own. */
static bool is_other_process(void)
{
	int pid = sys_getpid();
	long ret = pid == shim.pid ? 0 : sys6(SYS_kcmp, pid, shim.pid, KCMP_VM, 0, 0, 0);

	return ret > 0 || ret == -ESRCH;
}

void shim_find_out(void)
{
	bool was_watched = atomic_load(&watched);
	unsigned forks = shim.forks;

	/* Another thread has found out meanwhile: it writes there before it says so. */
	if (*shim.alive)
		return;
	/* Before it is asked: who is forked by a handler behind this, and goes on here, finds it empty in turn. */
	watch_forks();
	if (!was_watched && !is_other_process())
		return;
	if (shim.forks == forks) {
		shim_forked();
		atomic_store(&watched, true);
	}
}

/* Where two copies of the shim are loaded, by two paths, this is the first one's in both: two would record each call twice. */
char socktrace_first __attribute__((visibility("default")));
extern char own_first __attribute__((visibility("hidden"), alias("socktrace_first")));

static bool is_first(void)
{
	return &socktrace_first == &own_first;
}

static int start(void)
{
	shim.pid = sys_getpid();
	mem_start();
	real_resolve();
	shim.alive = wiped;
	if (!is_first())
		return SHIM_OFF;
	complain_begin();
	settings_read();
	if (!env_prepare()) {
		complain("cannot tell where traces should go", NULL, "no working directory");
		return SHIM_OFF;
	}
	return env_wants_program() ? SHIM_ON : SHIM_ASIDE;
}

static bool loaded; /* our constructor has been called */

bool shim_start(void)
{
	int mode = atomic_load_explicit(&shim.mode, memory_order_acquire);

	if (__builtin_expect(mode == SHIM_ON, 1))
		return true;
	/* A constructor that comes before libc's own (-z initfirst): nobody has the environment yet. */
	if (!environ && !loaded)
		return false;
	mode = SHIM_NEW;
	if (!atomic_compare_exchange_strong(&shim.mode, &mode, SHIM_STARTING))
		return mode == SHIM_ON;
	mode = start();
	atomic_store_explicit(&shim.mode, mode, memory_order_release);
	return mode == SHIM_ON;
}

bool shim_follows(void)
{
	return shim_start() || atomic_load(&shim.mode) == SHIM_ASIDE;
}

bool shim_know_thread(void)
{
	if (shim_is_sandboxed())
		return true;
	shim_notice();
	if (self.tid)
		return true;
	if (sys_getpid() != shim.pid)
		return false;
	self.tid = sys_gettid();
	return true;
}

/* Has another thread looked at a file since this one began to fork? The kernel copies the descriptors first, then the memory that speaks of them. */
static bool others_look(void)
{
	unsigned before = self.looks_before ? self.looks_before - 1 : atomic_load(&shim.looks_ended);

	return atomic_load(&shim.looks_begun) != before;
}

/* What the parent's trace consists of, and what its other threads had open. Returns whether any of them had to do with that. */
static __attribute__((noinline)) bool leave_to_parent(int thread, bool look)
{
	bool others = slots_have_others(thread) || look;

	out_forked(others);
	slots_forked(thread);
	modules_forked();
	identity_forked();
	return others;
}

void shim_forked(void)
{
	if (shim_is_sandboxed()) {
		/* Files of its own would take system calls that its filter may punish. What it execs goes without us. The sandbox may have been
		 * that of a child of vfork. */
		atomic_fetch_add(&shim.sandboxes[SANDBOX_ENTERED], 1);
		atomic_store(&shim.mode, SHIM_ASIDE);
		/* A handler may have forked amid a call, to which its child returns. */
		atomic_store(&out_is_stopped, true);
		slots_leave_room();
		return;
	}
	int thread = self.tid, parent = shim.pid;
	bool look = others_look();

	shim.forks++;
	shim.locks_records = false; /* a fork does not inherit them */
	shim.shares_files = self.shares_files;
	atomic_store(&watched, false);
	self = (struct thread){.forking = self.forking};
	shim.pid = sys_getpid();
	libc_calls_forked();
	follow_forked();
	/* Each page that is written to, or only read, is a fault, and many a child does nothing but exec. */
	process_forked(parent, (look || !process_is_blank()) && leave_to_parent(thread, look));
}

void shim_is_child(unsigned forks)
{
	/* Where a handler of fork has called us, we know. */
	if (shim_start() && shim.forks == forks)
		shim_forked();
	else if (!shim_is_on())
		follow_forked();
}

__attribute__((constructor)) static void shim_load(void)
{
	loaded = true;
	if (!shim_start())
		return;
	/* Registered before the program's own handlers and before the dynamic linker's: it runs after all of them. */
	if (on_exit)
		on_exit(at_exit, NULL);
	if (shim.libc == LIBC_EARLY)
		libc_calls_begin();
	process_take_stock();
}

/* Where the C library has no on_exit (musl) the status stays unknown, but the trace is complete. */
__attribute__((destructor)) static void shim_unload(void)
{
	if (!on_exit)
		process_end("exit", 0);
}
