/* wrap_syscall: the generic syscall(), recorded as the call it makes. Unknown numbers pass untouched. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "preload/changes.h"
#include "preload/follow.h"
#include "preload/libc_calls.h"
#include "preload/mem.h"
#include "preload/ours.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/record.h"
#include "preload/sandbox.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

long wrap_syscall(long nr, ...) WRAPPER(syscall);

static long make_call(long nr, const long *a)
{
	if (real_syscall)
		return real_syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	long ret = sys6(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (!sys_failed(ret))
		return ret;
	errno = -ret;
	return -1;
}

/* Shown as prctl, which does the same as seccomp(2); both have the filter at the same place. */
static bool is_strict(long nr, const long *a)
{
	return nr == SYS_prctl ? a[1] == SECCOMP_MODE_STRICT : a[0] == SECCOMP_SET_MODE_STRICT;
}

static const void *filter_of(long nr, const long *a)
{
	bool has = nr == SYS_prctl ? a[1] == SECCOMP_MODE_FILTER : a[0] == SECCOMP_SET_MODE_FILTER;

	return has ? (const void *)a[2] : NULL;
}

static bool enters_sandbox(long nr, const long *a)
{
	return (nr == SYS_seccomp || (nr == SYS_prctl && a[0] == PR_SET_SECCOMP)) &&
	       sandbox_is_meant(is_strict(nr, a), filter_of(nr, a));
}

/* Not even those that are not negative: one that is to bind all threads answers which of them it cannot bind; a descriptor tells of success. */
static bool has_failed(long nr, const long *a, long ret)
{
	if (nr == SYS_seccomp && a[1] & SECCOMP_FILTER_FLAG_TSYNC && !(a[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return ret != 0;
	return ret < 0;
}

static long set_seccomp(long nr, const long *a, const void *pc)
{
	const void *filter = filter_of(nr, a);
	long args[5] = {PR_SET_SECCOMP};
	struct frame f;

	bool recorded = record_enter_via(&f, CALL_prctl, args, pc, "syscall");
	if (!recorded && !shim_follows())
		return make_call(nr, a);
	int was = sandbox_begins(is_strict(nr, a), filter);
	long ret = make_call(nr, a);
	if (has_failed(nr, a, ret))
		sandbox_failed(was);
	else
		sandbox_entered(was, filter);
	if (recorded)
		record_leave(&f, ret, errno);
	return ret;
}

/* execve(path, argv, envp), execveat(dirfd, path, argv, envp, flags). */
static long exec(long nr, long *a, const void *pc)
{
	bool at = nr == SYS_execveat;
	long args[5];
	struct frame f;

	if (!shim_follows())
		return make_call(nr, a);
	__builtin_memcpy(args, a, sizeof args);
	struct followed made =
		follow_exec((char *const *)a[at + 1], (char *const *)a[at + 2], at ? (int)a[0] : AT_FDCWD, (const char *)a[at], false);
	f.untraced = made.untraced;
	bool recorded = record_enter_via(&f, at ? CALL_execveat : CALL_execve, args, pc, "syscall");
	a[at + 2] = (long)made.env;
	long ret = make_call(nr, a);
	int err = errno;
	if (recorded)
		record_leave(&f, ret, err);
	follow_give_back(&made);
	errno = err;
	return ret;
}

static long fork_by_number(long nr, const long *a, enum call_id call, const long *args, const void *pc)
{
	uint64_t flags = call == CALL_clone ? args[2] : 0;
	struct frame f;
	bool recorded = record_enter_via(&f, call, args, pc, "syscall");
	unsigned forks = shim.forks;

	bool begun = libc_calls_fork_begins();
	self.shares_files = flags & CLONE_FILES;
	long ret = make_call(nr, a);
	if (ret)
		self.shares_files = false;
	libc_calls_fork_ends(begun);
	if (ret == 0)
		shim_is_child(forks);
	if (recorded)
		record_leave(&f, ret, errno);
	return ret;
}

/* clone(flags, stack, ...): where it returns on another stack, nothing of ours may stand on this one. */
static long clone_by_number(long nr, const long *a, const void *pc)
{
	long args[] = {0, a[1], a[0], 0};

	return a[0] & CLONE_VM ? make_call(nr, a) : fork_by_number(nr, a, CALL_clone, args, pc);
}

/* dup2(old, new), dup3(old, new, flags): whatever is copied, a socket may have been at the number that it takes. */
static long dup_by_number(long nr, const long *a, const void *pc)
{
	struct frame f;
	bool recorded = record_enter_via(&f, real_row_of(nr), a, pc, "syscall");

	int ours = ours_yield(a[1]);
	long ret = make_call(nr, a);
	ours_yielded(ours, a[1], ret >= 0);
	if (recorded)
		record_leave(&f, ret, errno);
	else
		changes_copied(a[0], F_DUPFD, ret);
	return ret;
}

static int make_close_range(unsigned first, unsigned last, int flags)
{
	return make_call(SYS_close_range, (long[6]){first, last, flags});
}

static long close_range_by_number(const long *a, const void *pc)
{
	struct frame f;

	ours_yield_all();
	bool recorded = record_enter_via(&f, CALL_close_range, a, pc, "syscall");
	int ret = ours_close_others(make_close_range, a[0], a[1], a[2]);
	if (recorded)
		record_leave(&f, ret, errno);
	return ret;
}

/* clone3(args, size), whose flags must be read with care. */
static long clone3_by_number(const long *a, const void *pc)
{
	struct clone_args given = {.flags = CLONE_VM};
	long args[4] = {0};

	if (!shim_is_on() ||
	    mem_take(&given, &given, (const void *)a[0], CLONE_ARGS_SIZE_VER0) < CLONE_ARGS_SIZE_VER0 ||
	    given.flags & CLONE_VM)
		return make_call(SYS_clone3, a);
	args[1] = given.stack;
	args[2] = given.flags | given.exit_signal;
	return fork_by_number(SYS_clone3, a, CALL_clone, args, pc);
}

/* A time that the kernel counts down, as it is before. */
static void keep_time(long *arg, struct timespec *kept)
{
	if (process_is_traced() && *arg && mem_take(kept, kept, (const void *)*arg, sizeof *kept) == sizeof *kept)
		*arg = (long)kept;
}

/* Where the system call has not what the function has. */
static void as_the_row_has_it(long nr, long *args, struct timespec *room)
{
	switch (nr) {
	case SYS_ppoll:
		keep_time(&args[2], room);
		break;
	case SYS_pselect6:
		keep_time(&args[4], room);
		break;
	case SYS_preadv2:
	case SYS_pwritev2:
		args[4] = args[5]; /* the offset is two words */
		break;
	}
}

/* What has a row, and is not recorded. */
static long make_unseen(enum call_id call, long nr, const long *a)
{
	long ret = make_call(nr, a);

	changes_unseen(call, a, ret);
	return ret;
}

/* As the wrappers of wait: how a child has ended is wanted here though the program does not want to know. */
static long wait_by_number(enum call_id call, long nr, const long *a, const void *pc)
{
	int where = nr == SYS_wait4 ? 1 : 2;
	long args[6];
	siginfo_t room;
	struct frame f;

	__builtin_memcpy(args, a, sizeof args);
	args[where] = a[where] ? a[where] : (long)&room;
	if (!record_enter_via(&f, call, args, pc, "syscall"))
		return make_call(nr, a);
	long ret = make_call(nr, args);
	record_leave(&f, ret, errno);
	return ret;
}

/* What has a row, and is done as it came. */
static long make_row(enum call_id call, long nr, const long *a, const void *pc)
{
	struct timespec time;
	struct frame f;
	long args[6];

	__builtin_memcpy(args, a, sizeof args);
	as_the_row_has_it(nr, args, &time);
	if (!record_enter_via(&f, call, args, pc, "syscall"))
		return make_unseen(call, nr, a);
	long ret = make_call(nr, a);
	record_leave(&f, ret, errno);
	return ret;
}

/* proc(5): the directory of a process's threads has a link for each, and two more. */
static bool is_only_thread(void)
{
	struct stat st;

	if (shim_is_sandboxed() || sys3(SYS_stat, (long)"/proc/self/task", (long)&st, 0) < 0)
		return shim_is_alone();
	return st.st_nlink == 3;
}

/* exit(2) is of a thread, and of the process where that is its only one. */
static bool ends_process(long nr)
{
	return nr == SYS_exit_group || (nr == SYS_exit && process_is_traced() && is_only_thread());
}

long wrap_syscall(long nr, ...)
{
	long a[6];
	va_list ap;

	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (ends_process(nr) && shim_start() && !vforked_ends())
		process_end("_exit", a[0] & 0xff);

	if (nr == SYS_prctl && a[0] == PR_SET_TSC && a[1] == PR_TSC_SIGSEGV)
		sandbox_without_clock();
	if (enters_sandbox(nr, a))
		return set_seccomp(nr, a, __builtin_return_address(0));
	if (nr == SYS_execve || nr == SYS_execveat)
		return exec(nr, a, __builtin_return_address(0));
	if (nr == SYS_clone)
		return clone_by_number(nr, a, __builtin_return_address(0));
	if (nr == SYS_fork)
		return fork_by_number(nr, a, CALL_fork, a, __builtin_return_address(0));
	if (nr == SYS_clone3)
		return clone3_by_number(a, __builtin_return_address(0));
	if (nr == SYS_close_range)
		return close_range_by_number(a, __builtin_return_address(0));
	if (nr == SYS_close && ours_has(a[0]) && !ours_settles(a[0])) {
		errno = EBADF;
		return -1;
	}
	if (nr == SYS_fcntl && (a[1] == F_SETLK || a[1] == F_SETLKW))
		shim.locks_records = true;
	if (nr == SYS_dup2 || nr == SYS_dup3)
		return dup_by_number(nr, a, __builtin_return_address(0));
	enum call_id call = real_row_of(nr);
	if (call == CALL_UNKNOWN)
		return make_call(nr, a);
	if (call_table[call].flags & CALL_FILES && !record_watches(a[0]))
		return make_unseen(call, nr, a);
	if (nr == SYS_wait4 || nr == SYS_waitid)
		return wait_by_number(call, nr, a, __builtin_return_address(0));
	return make_row(call, nr, a, __builtin_return_address(0));
}
