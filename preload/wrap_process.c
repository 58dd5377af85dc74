/* wrap_process: wrappers of fork, of the ends that run no handlers, and of prctl. */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/types.h>

#include "preload/libc_calls.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/record.h"
#include "preload/sandbox.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

pid_t wrap_fork(void) WRAPPER(fork);
pid_t wrap__Fork(void) WRAPPER(_Fork);
int wrap_daemon(int nochdir, int noclose) WRAPPER(daemon);
void wrap__exit(int status) WRAPPER(_exit);
void wrap__Exit(int status) WRAPPER(_Exit);
int wrap_prctl(int option, ...) WRAPPER(prctl);

#define WRAP_FORK(name)                                                                                                \
	pid_t wrap_##name(void)                                                                                        \
	{                                                                                                              \
		struct frame f;                                                                                        \
		bool recorded = record_enter(&f, CALL_##name, NULL, __builtin_return_address(0));                      \
		unsigned forks = shim.forks;                                                                           \
		bool begun = libc_calls_fork_begins();                                                                 \
		pid_t pid = REAL(name)();                                                                              \
		libc_calls_fork_ends(begun);                                                                           \
		if (pid == 0)                                                                                          \
			shim_is_child(forks);                                                                          \
		else if (recorded)                                                                                     \
			record_leave(&f, pid, errno);                                                                  \
		return pid;                                                                                            \
	}
WRAP_FORK(fork)
WRAP_FORK(_Fork)

extern int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso)
	__attribute__((weak));

static __thread bool in_daemon;

/* It is told of a fork that failed as well, and cannot see that. */
static void parent_of_daemon(void)
{
	if (in_daemon && !libc_is_patched)
		process_end("_exit", 0);
}

/* daemon(3) forks and ends the parent within libc, where no wrapper stands: where that end is not seen itself, a handler of fork is told. */
int wrap_daemon(int nochdir, int noclose)
{
	static atomic_flag registered = ATOMIC_FLAG_INIT;
	long args[] = {nochdir, noclose};
	struct frame f;

	if (shim_start() && __register_atfork && !atomic_flag_test_and_set(&registered))
		__register_atfork(NULL, parent_of_daemon, NULL, NULL);
	bool recorded = record_enter(&f, CALL_daemon, args, __builtin_return_address(0));
	unsigned forks = shim.forks;
	bool begun = libc_calls_fork_begins();
	in_daemon = true;
	int ret = REAL(daemon)(nochdir, noclose);
	in_daemon = false;
	libc_calls_fork_ends(begun);
	if (ret == 0)
		shim_is_child(forks);
	if (recorded)
		record_leave(&f, ret, errno);
	return ret;
}

void wrap__exit(int status)
{
	if (shim_start() && !vforked_ends())
		process_end("_exit", status & 0xff);
	REAL(_exit)(status);
	__builtin_unreachable();
}

void wrap__Exit(int status)
{
	wrap__exit(status);
}

int wrap_prctl(int option, ...)
{
	long args[5] = {option};
	struct frame f;
	va_list ap;

	va_start(ap, option);
	for (int i = 1; i < 5; i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	if (option == PR_SET_TSC && args[1] == PR_TSC_SIGSEGV)
		sandbox_without_clock();
	bool strict = args[1] == SECCOMP_MODE_STRICT;
	const void *filter = args[1] == SECCOMP_MODE_FILTER ? (const void *)args[2] : NULL;
	bool enters = option == PR_SET_SECCOMP && sandbox_is_meant(strict, filter);
	bool recorded = enters && record_enter(&f, CALL_prctl, args, __builtin_return_address(0));
	if (!enters || (!recorded && !shim_follows()))
		return REAL(prctl)(option, args[1], args[2], args[3], args[4]);
	int was = sandbox_begins(strict, filter);
	int ret = REAL(prctl)(option, args[1], args[2], args[3], args[4]);
	if (ret < 0)
		sandbox_failed(was);
	else
		sandbox_entered(was, filter);
	if (recorded)
		record_leave(&f, ret, errno);
	return ret;
}

SAME_AS(__fork, fork);
