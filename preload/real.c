/* real: find the functions that our wrappers stand before. */
#include "preload/real.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "preload/state.h"
#include "preload/symbols.h"
#include "preload/sys.h"
#include "preload/vdso.h"

void *real_calls[CALL_COUNT];
long (*real_syscall)(long nr, ...);
void (*real_chk_fail)(void);
int (*volatile real_clock)(clockid_t clock, struct timespec *now);
const void *real_libc;
const char *real_own_name;

void *real_names[WANTED_NAMES]; /* for wrap_names.S */
static _Atomic bool is_resolved;

/* No memcpy, which lies with what calls need: a starting process would touch one page more. */
static void copy(void **to, void *const *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		to[i] = from[i];
		__asm__ volatile("" ::: "memory"); /* kept from becoming one */
	}
}

void real_resolve(void)
{
	struct symbols s = {0};

	symbols_find(&s);
	copy(real_calls, s.found, CALL_COUNT);
	copy(real_names, s.found + CALL_COUNT, WANTED_NAMES);
	real_syscall = s.found[WANTED_SYSCALL];
	real_chk_fail = s.found[WANTED_CHK_FAIL];
	real_clock = s.found[WANTED_CLOCK];
	real_libc = s.libc;
	real_own_name = s.own_name;
	atomic_store(&is_resolved, true);
}

void real_need(void)
{
	if (!atomic_load(&is_resolved))
		real_resolve();
}

bool real_clock_direct(void)
{
	int (*direct)(clockid_t, struct timespec *) = vdso_function("__vdso_clock_gettime");
	int (*libcs)(clockid_t, struct timespec *) = real_clock;

	/* Another thread may take it away (clock_lose_counter). */
	return direct && libcs &&
	       __atomic_compare_exchange_n(&real_clock, &libcs, direct, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* System call numbers of the calls that are one; the others can only be answered by a C library that is there. */
static const short numbers[CALL_COUNT] = {
	[CALL_socket] = SYS_socket,
	[CALL_socketpair] = SYS_socketpair,
	[CALL_bind] = SYS_bind,
	[CALL_listen] = SYS_listen,
	[CALL_accept] = SYS_accept,
	[CALL_accept4] = SYS_accept4,
	[CALL_connect] = SYS_connect,
	[CALL_getsockname] = SYS_getsockname,
	[CALL_getpeername] = SYS_getpeername,
	[CALL_getsockopt] = SYS_getsockopt,
	[CALL_setsockopt] = SYS_setsockopt,
	[CALL_shutdown] = SYS_shutdown,
	[CALL_close] = SYS_close,
	[CALL_dup] = SYS_dup,
	[CALL_dup2] = SYS_dup2,
	[CALL_dup3] = SYS_dup3,
	[CALL_fcntl] = SYS_fcntl,
	[CALL_fcntl64] = SYS_fcntl,
	[CALL_ioctl] = SYS_ioctl,
	[CALL_read] = SYS_read, /* which is 0, as an empty entry is */
	[CALL_write] = SYS_write,
	[CALL_readv] = SYS_readv,
	[CALL_writev] = SYS_writev,
	[CALL_sendto] = SYS_sendto,
	[CALL_recvfrom] = SYS_recvfrom,
	[CALL_sendmsg] = SYS_sendmsg,
	[CALL_sendmmsg] = SYS_sendmmsg,
	[CALL_recvmmsg] = SYS_recvmmsg,
	[CALL_sendfile] = SYS_sendfile,
	[CALL_sendfile64] = SYS_sendfile,
	[CALL_splice] = SYS_splice,
	[CALL_poll] = SYS_poll,
	[CALL_select] = SYS_select,
	[CALL_epoll_ctl] = SYS_epoll_ctl,
	[CALL_epoll_wait] = SYS_epoll_wait,
	[CALL_epoll_create] = SYS_epoll_create,
	[CALL_epoll_create1] = SYS_epoll_create1,
	[CALL_pidfd_getfd] = SYS_pidfd_getfd,
	[CALL_close_range] = SYS_close_range,
	[CALL_recvmsg] = SYS_recvmsg,
	[CALL_fork] = SYS_fork,
	[CALL_execve] = SYS_execve,
	[CALL_wait4] = SYS_wait4,
	[CALL__exit] = SYS_exit_group,
#ifdef SYS_landlock_restrict_self
	[CALL_landlock_restrict_self] = SYS_landlock_restrict_self,
#endif
	[CALL_setfsuid] = SYS_setfsuid,
	[CALL_setfsgid] = SYS_setfsgid,
	[CALL_capset] = SYS_capset,
	[CALL_unshare] = SYS_unshare,
	[CALL_setns] = SYS_setns,
	[CALL_pivot_root] = SYS_pivot_root,
	[CALL_chroot] = SYS_chroot,
};

/* Those that have more arguments than the function has, or are of one thread where that is of all: no answer in its place. */
static const struct {
	short nr, call;
} not_the_function[] = {
	{SYS_ppoll, CALL_ppoll},
	{SYS_pselect6, CALL_pselect},
	{SYS_epoll_pwait, CALL_epoll_pwait},
#ifdef SYS_epoll_pwait2
	{SYS_epoll_pwait2, CALL_epoll_pwait2},
#endif
	{SYS_preadv2, CALL_preadv2},
	{SYS_pwritev2, CALL_pwritev2},
	{SYS_waitid, CALL_waitid},
	{SYS_setuid, CALL_setuid},
	{SYS_setgid, CALL_setgid},
	{SYS_setreuid, CALL_setreuid},
	{SYS_setregid, CALL_setregid},
	{SYS_setresuid, CALL_setresuid},
	{SYS_setresgid, CALL_setresgid},
	{SYS_setgroups, CALL_setgroups},
};

static long early(enum call_id call, long a, long b, long c, long d, long e, long f)
{
	long ret = -ENOSYS;

	if (numbers[call] || call == CALL_read)
		ret = sys6(numbers[call], a, b, c, d, e, f);
	if (!sys_failed(ret))
		return ret;
	if (call_table[call].result == RESULT_ERRNO)
		return -ret;
	errno = -ret;
	return -1;
}

#define CALL(name, ...)                                                                                                \
	static long early_##name(long a, long b, long c, long d, long e, long f)                                       \
	{                                                                                                              \
		return early(CALL_##name, a, b, c, d, e, f);                                                           \
	}
#include "trace/calls.def"

/* No table: a hundred addresses more to be relocated in each process, and to take room where what each start writes lies. */
static void *early_of(enum call_id call)
{
	switch (call) {
#define CALL(name, ...)                                                                                                \
	case CALL_##name:                                                                                              \
		return early_##name;
#include "trace/calls.def"
	default:
		return NULL;
	}
}

/* The row of a system call, CALL_UNKNOWN for all others. */
enum call_id real_row_of(long nr)
{
	static const enum call_id not_alike[] = {CALL_execve, CALL__exit, CALL_fcntl64, CALL_sendfile64};

	if (nr == SYS_read)
		return CALL_read;
	for (int i = 0; i < CALL_COUNT; i++) {
		bool alike = nr > 0 && numbers[i] == nr;
		for (size_t k = 0; alike && k < sizeof not_alike / sizeof not_alike[0]; k++)
			alike = not_alike[k] != (enum call_id)i;
		if (alike)
			return i;
	}
	for (size_t i = 0; i < sizeof not_the_function / sizeof not_the_function[0]; i++)
		if (not_the_function[i].nr == nr)
			return not_the_function[i].call;
	return CALL_UNKNOWN;
}

void *real_early(enum call_id call)
{
	shim_start();
	return real_calls[call] ? real_calls[call] : early_of(call);
}
