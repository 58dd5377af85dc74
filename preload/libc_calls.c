/* libc_calls: whether the calls that libc makes by itself are seen. */
#include "preload/libc_calls.h"

#include <stdatomic.h>
#include <stddef.h>

#include "preload/clock.h"
#include "preload/fdtable.h"
#include "preload/libc_callers.h"
#include "preload/libc_hook.h"
#include "preload/libc_known.h"
#include "preload/libc_patch.h"
#include "preload/libc_sites.h"
#include "preload/mem.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

extern const char *gnu_get_libc_version(void) __attribute__((weak));

bool libc_is_patched;

/* One byte, for wrap_names.S. */
_Atomic bool libc_calls_tried;
static _Atomic int beginner; /* thread id of who tries */
static _Atomic bool begun;   /* it is done: libc may be half patched */
/* How many forks are under way: a child would have libc half patched, and nobody to go on with it. */
static _Atomic int forking;
void libc_calls_about_to(void); /* it calls this */
static const char *why_not = "not asked for yet";
static struct libc_sites sites; /* the hooks point into it */
static _Atomic int exit_status = -1;

static const char *patch(void)
{
	const struct libc_image image = {real_libc};
	const struct libc_sites *found;

	if (shim.libc == LIBC_OFF)
		return "SOCKTRACE_LIBC=off";
	if (!gnu_get_libc_version || !real_libc)
		return "not glibc";
	if (mem_is_on_valgrind())
		return "under valgrind";
	if (shim_is_sandboxed())
		return "in a sandbox";
	found = libc_known_find(&image);
	if (!found && libc_sites_find(&sites, &image))
		found = &sites;
	if (!found)
		return sites.why;
	libc_callers_begin(real_libc, found->text, found->text_end); /* without, nobody is named */
	return libc_patch(found, image.base, !shim_is_alone());
}

void libc_calls_forks_pause(void)
{
	atomic_fetch_sub(&forking, self.forking);
}

void libc_calls_forks_go_on(void)
{
	atomic_fetch_add(&forking, self.forking);
}

/* Another thread is at it. Not so where a handler interrupted the very patching. */
static void wait_for(int other)
{
	uint64_t begin = clock_ns();

	libc_calls_forks_pause();
	while (other != self.tid && !atomic_load(&libc_calls_tried) && clock_ns() - begin < SHIM_WAIT_NS)
		sys3(SYS_sched_yield, 0, 0, 0);
	libc_calls_forks_go_on();
}

/* Not for those of this thread: what its handlers of fork call is in time. */
static void wait_for_forks(void)
{
	uint64_t begin = clock_ns();

	while (atomic_load(&forking) > self.forking && clock_ns() - begin < SHIM_WAIT_NS)
		sys3(SYS_sched_yield, 0, 0, 0);
}

void libc_calls_begin(void)
{
	int other = 0;

	if (atomic_load_explicit(&libc_calls_tried, memory_order_acquire) || !shim_know_thread())
		return;
	if (!atomic_compare_exchange_strong(&beginner, &other, self.tid)) {
		wait_for(other);
		return;
	}
	wait_for_forks();
	atomic_store(&begun, true);
	why_not = patch();
	libc_is_patched = !why_not;
	atomic_store(&libc_calls_tried, true);
}

/* Each side says first what it does, and then looks at what the other one says: one of them sees it at least. What others look at
 * meanwhile shim_forked asks. */
bool libc_calls_fork_begins(void)
{
	int other;

	/* Where there is no need nothing is written: what is, is copied behind a fork. */
	if (shim_is_alone())
		return false;
	self.looks_before = atomic_load(&shim.looks_ended) + 1;
	if (atomic_load(&libc_calls_tried))
		return false;
	self.forking++;
	atomic_fetch_add(&forking, 1);
	other = atomic_load(&beginner);
	if (other && shim_know_thread())
		wait_for(other);
	return true;
}

void libc_calls_fork_ends(bool begun_here)
{
	if (!begun_here)
		return;
	self.forking--;
	atomic_fetch_sub(&forking, 1);
}

void libc_calls_forked(void)
{
	atomic_store(&forking, self.forking);
	if (!atomic_load(&begun))
		atomic_store(&beginner, 0); /* whoever waited for this fork is not here */
}

void libc_calls_about_to(void)
{
	if (shim_start())
		libc_calls_begin();
	else
		real_need(); /* it goes on to where these lie */
}

const char *libc_calls_why(void)
{
	return libc_is_patched ? NULL : why_not;
}

void libc_calls_expect(struct frame *f, enum call_id call, const long *args)
{
	struct expected *next = &libc_self.next;
	int nargs = call_table[call].nargs;

	/* All of it, even with no frame: the call that we interrupt may be amid these very lines. */
	f->outer = *next;
	f->expects = true;
	next->frame = 0;
	atomic_signal_fence(memory_order_seq_cst);
	next->call = call == CALL_send      ? CALL_sendto
		     : call == CALL_recv    ? CALL_recvfrom
		     : call == CALL_fcntl64 ? CALL_fcntl
					    : call;
	if (nargs > 0)
		next->args[0] = args[0];
	if (nargs > 1)
		next->args[1] = args[1];
	if (nargs > 2)
		next->args[2] = args[2];
	atomic_signal_fence(memory_order_seq_cst);
	next->frame = (uintptr_t)f;
}

void libc_calls_lent(const struct frame *f, int arg, const void *ours)
{
	if (f->expects)
		libc_self.next.args[arg] = (int)(long)ours;
}

void libc_calls_met(struct frame *f)
{
	struct expected *next = &libc_self.next;

	f->expects = false;
	next->frame = 0;
	atomic_signal_fence(memory_order_seq_cst);
	next->call = f->outer.call;
	for (int i = 0; i < 3; i++)
		next->args[i] = f->outer.args[i];
	atomic_signal_fence(memory_order_seq_cst);
	next->frame = f->outer.frame;
}

void libc_calls_closing(int fd)
{
	libc_self.closed = false;
	libc_self.closing = fd + 1;
}

void libc_calls_took(int fd, int refs)
{
	if (libc_self.closing != fd + 1)
		return;
	libc_self.close_refs = refs;
	libc_self.closed = true;
}

int libc_calls_closed(void)
{
	libc_self.closing = 0;
	return libc_self.closed ? libc_self.close_refs : -1;
}

bool libc_calls_exiting(int status)
{
	if (!libc_is_patched)
		return false;
	atomic_store(&exit_status, status);
	return true;
}

void libc_calls_end(int status)
{
	int exiting = atomic_load(&exit_status);

	if (vforked_runs())
		return;
	process_end(exiting >= 0 ? "exit" : "_exit", exiting >= 0 ? exiting : status);
}
