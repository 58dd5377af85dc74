/* borrow: open and close files apart from the program's: though it has used up its descriptors, or has locks on them. */
#include "preload/borrow.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>

#include "preload/mem.h"
#include "preload/sys.h"

enum {
	STACK_SIZE = 16384,
	/* A thread in all but its descriptors, which no wait of the program's can see: neither __WALL nor a tracer's, which is not told. */
	LIKE_A_THREAD = CLONE_VM | CLONE_THREAD | CLONE_CHILD_CLEARTID | CLONE_SIGHAND | CLONE_FS | CLONE_SYSVSEM | CLONE_UNTRACED,
	A_CHILD = CLONE_VM | CLONE_VFORK,
};

struct job {
	long (*work)(void *ctx);
	void *ctx;
	long result;
	_Atomic int runs; /* 0 once the thread has ended: clone(2), CLONE_CHILD_CLEARTID */
};

static long close_all(unsigned from)
{
	return sys3(SYS_close_range, from, ~0u, 0);
}

/* A thread's end wakes who waits for it before its files are closed: a pipe would still have a reader. */
static void do_job(struct job *job)
{
	job->result = job->work(job->ctx);
	close_all(0);
}

/*
 * clone(2): the other runs do_job(job) on a stack of its own and ends, before this one goes on. Record locks are a table's
 * of descriptors, not a process's (fcntl(2) says otherwise; posix_lock_inode). Where children are to be in another PID namespace
 * it fails with EINVAL, which is as well: the first child there is the one that must not end.
 */
static long spawn(long flags, char *stack_top, struct job *job)
{
	register long r10 __asm__("r10") = (long)&job->runs;
	register long r8 __asm__("r8") = 0;
	long ret;

	__asm__ volatile("syscall\n\t"
			 "testq %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "movq %[job], %%rdi\n\t"
			 "call *%[do_job]\n\t"
			 "movl %[exit], %%eax\n\t"
			 "xorl %%edi, %%edi\n\t"
			 "syscall\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(ret)
			 : "a"(SYS_clone), "D"(flags), "S"(stack_top), "d"(0L), "r"(r10),
			   "r"(r8), [job] "b"(job), [do_job] "r"(do_job), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory", "cc");
	return ret;
}

long borrow_run(long (*work)(void *ctx), void *ctx)
{
	struct job job = {work, ctx, -EMFILE /* as long as nobody does it */, 1};
	char *stack = mem_pages(STACK_SIZE);
	bool as_thread = close_all(~0u) == 0; /* Linux 5.9 */
	int status;

	if (!stack)
		return -ENOMEM;
	/* A signal must not run the program's handler there. */
	uint64_t before = sys_block_signals(~0ull);
	long tid = spawn(as_thread ? LIKE_A_THREAD : A_CHILD, stack + STACK_SIZE, &job);
	if (tid > 0 && !as_thread)
		sys6(SYS_wait4, tid, (long)&status, __WALL, 0, 0, 0);
	/* Not by CLONE_VFORK: who waits in that takes no part in a stop of the process, which the other does. */
	while (tid > 0 && as_thread && job.runs)
		sys6(SYS_futex, (long)&job.runs, FUTEX_WAIT, 1, 0, 0, 0);
	sys_signals_back(before);
	sys_munmap(stack, STACK_SIZE);
	return job.result;
}

void borrow_make_room(void)
{
	sys_close(0);
}

struct part {
	const char *path, *bytes;
	size_t len;
	int dir, flags;
};

static long write_part(void *ctx)
{
	const struct part *p = ctx;
	size_t done = 0;
	long fd, n = 0;

	borrow_make_room();
	fd = sys_openat(p->dir, p->path, p->flags, 0600);
	while (fd >= 0 && done < p->len && (n = sys_write(fd, p->bytes + done, p->len - done)) > 0)
		done += n;
	if (fd < 0)
		return fd;
	if (done < p->len && p->flags & O_EXCL)
		sys3(SYS_unlinkat, p->dir, (long)p->path, 0);
	return n < 0 ? n : done < p->len ? -ENOSPC : 0;
}

long borrow_write(int dir, const char *path, int flags, const char *bytes, size_t len)
{
	struct part part = {path, bytes, len, dir, flags};

	return borrow_run(write_part, &part);
}
