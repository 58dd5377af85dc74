/* start: the shim's beginning in a process, and in the children it forks. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "preload/env.h"
#include "preload/json.h"
#include "preload/mem.h"
#include "preload/modules.h"
#include "preload/out.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/slot.h"
#include "preload/stack.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "trace/format.h"

enum { FILE_LEAST = 128 << 10 }; /* room for a slot, in which what is lost is counted */
enum { DATA_MAX = 2048 };        /* bytes: six characters each at worst, in a line of SLOT_LINE */

struct shim shim;
__thread struct thread self;

extern char **environ;
extern int on_exit(void (*handler)(int status, void *arg), void *arg) __attribute__((weak));

static _Atomic uint64_t stopped_ns;

void shim_stop_clock(void)
{
	stopped_ns = shim_now_ns();
}

void shim_start_clock(void)
{
	stopped_ns = 0;
}

bool sandbox_begins(bool strict)
{
	bool was = atomic_exchange(&shim.sandboxed, true);

	if (!was)
		slots_quiesce();
	if (strict)
		shim_stop_clock();
	return was;
}

void sandbox_failed(bool was)
{
	atomic_store(&shim.sandboxed, was);
	shim_start_clock();
}

uint64_t shim_now_ns(void)
{
	struct timespec now;

	if (__builtin_expect(stopped_ns != 0, 0))
		return stopped_ns++;
	/* libc's own reads the vDSO: no system call. */
	if (real_clock)
		real_clock(CLOCK_MONOTONIC, &now);
	else
		sys3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* To standard error, which may be a pipe that nobody reads: the signal for that is not the program's. */
static void say(const char *text, size_t len)
{
	uint64_t pipe_signal = 1ull << (SIGPIPE - 1), old, pending = 0;
	struct timespec none = {0};

	sys6(SYS_rt_sigpending, (long)&pending, sizeof pending, 0, 0, 0, 0);
	sys6(SYS_rt_sigprocmask, SIG_BLOCK, (long)&pipe_signal, (long)&old, sizeof old, 0, 0);
	if (sys_write(2, text, len) == -EPIPE && !(pending & pipe_signal))
		sys6(SYS_rt_sigtimedwait, (long)&pipe_signal, 0, (long)&none, sizeof pipe_signal, 0, 0);
	sys6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&old, 0, sizeof old, 0, 0);
}

void shim_complain(const char *what, const char *path, const char *why)
{
	static _Atomic bool said;
	static char room[PATH_MAX + JSON_SLACK];
	struct json j;

	if (atomic_exchange(&said, true))
		return;
	json_init(&j, room, sizeof room);
	json_put(&j, "socktrace: ");
	json_text(&j, what);
	if (path) {
		json_put(&j, " ");
		json_text(&j, path);
	}
	json_put(&j, ": ");
	json_text(&j, why);
	json_put(&j, "; the program runs on untraced\n");
	say(room, j.p - room);
}

static void complain_number(const char *name, uint64_t least, uint64_t most, uint64_t otherwise)
{
	static char room[256];
	struct json j = {.p = room};

	json_put(&j, "socktrace: ");
	json_text(&j, name);
	json_put(&j, " must be a number from ");
	json_u64(&j, least);
	json_put(&j, " to ");
	json_u64(&j, most);
	json_put(&j, "; using ");
	json_u64(&j, otherwise);
	json_put(&j, "\n");
	say(room, j.p - room);
}

/* A whole number in a variable; `otherwise` where it is not set. What is no number, or out of its range, is said once. */
static uint64_t number_of(const char *name, uint64_t least, uint64_t most, uint64_t otherwise)
{
	const char *s = env_get(environ, name);
	uint64_t v = 0;
	bool good = true;

	if (!s || !*s)
		return otherwise;
	for (const char *c = s; good && *c; c++)
		good = *c >= '0' && *c <= '9' && (v = v * 10 + (*c - '0')) <= most;
	if (good && v >= least)
		return v;
	complain_number(name, least, most, otherwise);
	return otherwise;
}

static void at_exit(int status, void *arg)
{
	(void)arg;
	/* A child that has our memory (vfork, CLONE_VM) and calls exit: its end is not ours. */
	if (*shim.alive && !shim.sandboxed && sys_getpid() != shim.pid)
		return;
	process_end("exit", status & 0xff);
}

/* Noticed without a system call: a page that the kernel clears in every child (madvise(2), MADV_WIPEONFORK,
 * Linux 4.14). */
static bool watch_forks(void)
{
	static char always = 1;
	char *page = mem_pages(TRACE_BLOCK);

	shim.alive = &always;
	if (!page)
		return false;
	if (sys_madvise(page, TRACE_BLOCK, MADV_WIPEONFORK) == 0)
		shim.alive = page;
	*shim.alive = 1;
	return true;
}

static int start(void)
{
	shim.pid = sys_getpid();
	mem_start();
	real_resolve();
	if (!watch_forks())
		return SHIM_OFF;
	shim.data_max = number_of("SOCKTRACE_DATA", 0, DATA_MAX, TRACE_DATA_DEFAULT);
	shim.stack_max = number_of("SOCKTRACE_STACK", 0, STACK_MAX, 0);
	shim.file_max = number_of("SOCKTRACE_MAX", FILE_LEAST, 1ull << 50, 1ull << 30);
	if (!env_prepare()) {
		shim_complain("cannot tell where traces should go", NULL, "no working directory");
		return SHIM_OFF;
	}
	return env_wants_program() ? SHIM_ON : SHIM_OFF;
}

bool shim_start(void)
{
	int mode = atomic_load_explicit(&shim.mode, memory_order_acquire);

	if (__builtin_expect(mode == SHIM_ON, 1))
		return true;
	mode = SHIM_NEW;
	if (!atomic_compare_exchange_strong(&shim.mode, &mode, SHIM_STARTING))
		return mode == SHIM_ON;
	mode = start();
	atomic_store_explicit(&shim.mode, mode, memory_order_release);
	return mode == SHIM_ON;
}

bool shim_know_thread(void)
{
	if (self.tid || shim.sandboxed)
		return true;
	if (sys_getpid() != shim.pid)
		return false;
	self.tid = sys_gettid();
	return true;
}

void shim_forked(void)
{
	if (shim.sandboxed) {
		/* Files of its own would take system calls that its filter may punish. */
		atomic_store(&shim.mode, SHIM_OFF);
		*shim.alive = 1;
		return;
	}
	struct slot *own[] = {self.slots[0], self.slots[1]};

	int parent = shim.pid;

	self = (struct thread){0};
	shim.pid = sys_getpid();
	*shim.alive = 1;
	out_forked();
	slots_forked(own);
	modules_forked();
	process_forked(parent);
}

__attribute__((constructor)) static void shim_load(void)
{
	if (!shim_start())
		return;
	/* Registered before the program's own handlers and before the dynamic linker's: it runs after all of them. */
	if (on_exit)
		on_exit(at_exit, NULL);
	process_take_stock();
}

/* Where the C library has no on_exit (musl) the status stays unknown, but the trace is complete. */
__attribute__((destructor)) static void shim_unload(void)
{
	if (!on_exit)
		process_end("exit", 0);
}
