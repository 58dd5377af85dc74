/* libc_hook: record a system call that libc makes by itself. */
#include "preload/libc_hook.h"

#include <sys/syscall.h>

#include "preload/fdtable.h"
#include "preload/libc_callers.h"
#include "preload/libc_calls.h"
#include "preload/process.h"
#include "preload/stack.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

struct libc_hook libc_hooks[HOOKS];

enum call_id libc_row_of(long nr)
{
	static const uint8_t rows[] = {
		[SYS_read] = 1 + CALL_read,
		[SYS_write] = 1 + CALL_write,
		[SYS_readv] = 1 + CALL_readv,
		[SYS_writev] = 1 + CALL_writev,
		[SYS_sendto] = 1 + CALL_sendto,
		[SYS_recvfrom] = 1 + CALL_recvfrom,
		[SYS_sendmsg] = 1 + CALL_sendmsg,
		[SYS_recvmsg] = 1 + CALL_recvmsg,
		[SYS_sendmmsg] = 1 + CALL_sendmmsg,
		[SYS_recvmmsg] = 1 + CALL_recvmmsg,
		[SYS_socket] = 1 + CALL_socket,
		[SYS_socketpair] = 1 + CALL_socketpair,
		[SYS_bind] = 1 + CALL_bind,
		[SYS_listen] = 1 + CALL_listen,
		[SYS_connect] = 1 + CALL_connect,
		[SYS_accept] = 1 + CALL_accept,
		[SYS_accept4] = 1 + CALL_accept4,
		[SYS_getsockname] = 1 + CALL_getsockname,
		[SYS_getpeername] = 1 + CALL_getpeername,
		[SYS_setsockopt] = 1 + CALL_setsockopt,
		[SYS_getsockopt] = 1 + CALL_getsockopt,
		[SYS_shutdown] = 1 + CALL_shutdown,
		[SYS_close] = 1 + CALL_close,
		[SYS_dup] = 1 + CALL_dup,
		[SYS_dup2] = 1 + CALL_dup2,
		[SYS_dup3] = 1 + CALL_dup3,
		[SYS_fcntl] = 1 + CALL_fcntl,
		[SYS_ioctl] = 1 + CALL_ioctl,
		[SYS_poll] = 1 + CALL_poll,
		[SYS_close_range] = 1 + CALL_close_range,
	};

	return nr >= 0 && nr < (long)sizeof rows && rows[nr] ? rows[nr] - 1 : CALL_UNKNOWN;
}

/* A place for a call in progress. Where all are in use, the oldest one was left by longjmp, or its thread's handlers are nested
 * deeper than anybody nests them. */
static struct libc_wait *take(uintptr_t key)
{
	struct libc_thread *t = &libc_self;
	struct libc_wait *w = NULL;

	for (int i = 0; i < LIBC_WAITS && !w; i++)
		if (!t->waits[i].sp || t->waits[i].sp == key)
			w = &t->waits[i];
	for (int i = 0; i < LIBC_WAITS && (!w || w->sp); i++)
		if (!w || t->waits[i].frame.t_ns < w->frame.t_ns)
			w = &t->waits[i];
	if (!w->sp)
		t->waiting++;
	*(volatile uintptr_t *)&w->sp = key;
	return w;
}

static void give_back(struct libc_wait *w)
{
	*(volatile uintptr_t *)&w->sp = 0;
	libc_self.waiting--;
}

/* Who called libc, and what: fprintf, say. Returns the call's pc in the program, or in libc where that is not known. */
static const void *find_caller(struct frame *f, const struct libc_hook *hook, uintptr_t sp, uintptr_t rbp)
{
	const struct expected *next = &libc_self.next;
	bool cancel = hook->site->shape == LIBC_CANCEL;
	const void *here = cancel ? (const char *)hook->resume_leave : hook->resume;
	struct libc_caller c;

	f->from = NULL;
	f->callers = NULL;
	/* Of a call of __internal_syscall_cancel the return address is on the stack already. */
	if (!libc_callers_find(&c, cancel ? *(const uint64_t *)sp : (uint64_t)here, cancel ? sp + 8 : sp, rbp))
		return here;
	f->from = c.name;
	f->from_len = c.len;
	if (!c.pc)
		return here;
	if (!stack_is_ours(c.pc)) {
		f->callers = (const void *)c.bp;
		return (const void *)c.pc;
	}
	/* A wrapper of ours called it, and knows who called that. */
	if (next->frame - sp >= LIBC_FAR)
		return here;
	const struct frame *outer = (const struct frame *)next->frame;
	f->callers = outer->callers;
	return (const void *)outer->pc;
}

/*
 * What a child does to its descriptors before it execs. Most are lent our variables by a wrapper; libc's own (wordexp), and those of functions
 * that the program has found in libc itself, have them all the same.
 */
static bool is_unlent_childs(enum call_id call)
{
	switch (call) {
	case CALL_close:
	case CALL_close_range:
	case CALL_dup2:
	case CALL_dup3:
	case CALL_fcntl:
		return !self.borrowed && vforked_runs();
	default:
		return false;
	}
}

static bool begin(struct frame *f, enum call_id call, const long *args, const void *pc)
{
	struct libc_thread *t = &libc_self;

	if (call == CALL_close && t->closing == (int)args[0] + 1) {
		/* fclose's own: its wrapper records it. */
		t->close_refs = fd_clear(args[0]);
		t->closed = true;
		return false;
	}
	return !is_unlent_childs(call) && record_begin(f, call, args, pc, "libc");
}

void libc_enters(const struct libc_hook *hook, const long *args, uintptr_t sp, uintptr_t rbp)
{
	enum call_id call = hook->call;
	struct frame f;

	switch (hook->site->shape) {
	case LIBC_FINAL:
		libc_calls_end(args[0] & 0xff);
		return;
	case LIBC_BLIND:
		if (begin(&f, call, args, find_caller(&f, hook, sp, rbp)))
			record_leave(&f, 0, 0);
		return;
	case LIBC_CANCEL:
		call = libc_row_of(*(const long *)(sp + 8));
		break;
	}
	struct libc_wait *w = take(libc_key(hook, sp));
	w->hook = hook;
	w->frame.t_ns = 0;
	for (int i = 0; i < 6; i++)
		w->args[i] = args[i];
	if (!begin(&w->frame, call, w->args, find_caller(&w->frame, hook, sp, rbp)))
		give_back(w);
}

static void leave(struct frame *f, long ret)
{
	if (sys_failed(ret))
		record_leave(f, -1, -ret);
	else
		record_leave(f, ret, 0);
}

void libc_leaves(const struct libc_hook *hook, const long *args, uintptr_t sp, long ret)
{
	struct frame f;

	if (hook->late) {
		f.from = NULL;
		f.callers = NULL;
		if (begin(&f, hook->call, args, hook->resume_leave))
			leave(&f, ret);
		return;
	}
	for (int i = 0; i < LIBC_WAITS; i++) {
		struct libc_wait *w = &libc_self.waits[i];
		if (w->sp != sp || w->hook != hook)
			continue;
		leave(&w->frame, ret);
		give_back(w);
		return;
	}
}
