/* wrap_clone: vfork and clone, whose children may run in this very memory. */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/types.h>

#include "preload/clock.h"
#include "preload/libc_calls.h"
#include "preload/process.h"
#include "preload/real.h"
#include "preload/record.h"
#include "preload/state.h"
#include "preload/sys.h"
#include "preload/vforked.h"

/* Two registers (the psABI's 3.2.3). */
struct vfork_begun {
	uint64_t ns;  /* when that was, 0 where it is not to be recorded */
	int64_t lent; /* what self.borrowed was before */
};

/* vfork.S calls these. Before the system call. After it, in the parent alone, which may be such a child itself: `ret` is the kernel's own. */
struct vfork_begun vfork_begins(void);
pid_t vfork_returned(long ret, const void *pc, uint64_t began_ns, int64_t lent);

int wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...) WRAPPER(clone);

struct vfork_begun vfork_begins(void)
{
	if (!shim_follows())
		return (struct vfork_begun){0};
	return (struct vfork_begun){.lent = vforked_lend(BORROWED_BY_CHILD), .ns = clock_ns()};
}

pid_t vfork_returned(long ret, const void *pc, uint64_t began_ns, int64_t lent)
{
	struct frame f;

	if (began_ns)
		vforked_take_back(lent);

	if (sys_failed(ret)) {
		errno = -ret;
		ret = -1;
	}
	if (began_ns && record_enter(&f, CALL_vfork, NULL, pc)) {
		f.t_ns = began_ns;
		record_leave(&f, ret, errno);
	}
	return ret;
}

struct beginning {
	int (*fn)(void *);
	void *arg;
	bool forks; /* what libc_calls_fork_begins has said */
};

/* What a child with a copy of this memory runs first: it has a trace from its first instruction to its last. libc ends it
 * with what fn returned, by a system call that no wrapper stands before. */
static int begin_child(void *at)
{
	struct beginning b = *(struct beginning *)at;

	libc_calls_fork_ends(b.forks);
	shim_is_child(shim.forks);
	int status = b.fn(b.arg);
	process_end("_exit", status & 0xff);
	return status;
}

int wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	long args[] = {(long)fn, (long)stack, flags, (long)arg};
	struct beginning b = {fn, arg, false};
	void *parent_tid, *tls, *child_tid;
	struct frame f;
	va_list ap;

	va_start(ap, arg);
	parent_tid = va_arg(ap, void *);
	tls = va_arg(ap, void *);
	child_tid = va_arg(ap, void *);
	va_end(ap);
	bool recorded = record_enter(&f, CALL_clone, args, __builtin_return_address(0));
	int was = self.borrowed;
	if (flags & CLONE_VM && !(flags & CLONE_SETTLS) && shim_follows())
		vforked_lend(flags & CLONE_VFORK ? BORROWED_BY_CHILD : BORROWED_BY_CLONES);
	int pid;
	if (fn && !(flags & CLONE_VM)) {
		b.forks = libc_calls_fork_begins();
		self.shares_files = flags & CLONE_FILES;
		pid = REAL(clone)(begin_child, stack, flags, &b, parent_tid, tls, child_tid);
		self.shares_files = false;
		libc_calls_fork_ends(b.forks);
	} else {
		pid = REAL(clone)(fn, stack, flags, arg, parent_tid, tls, child_tid);
	}
	/* There is no child, or none any more. At once: an exec that comes next would be taken for the child's. */
	if (flags & CLONE_VFORK || pid < 0)
		vforked_take_back(was);
	if (recorded)
		record_leave(&f, pid, errno);
	return pid;
}

SAME_AS(__clone, clone);
