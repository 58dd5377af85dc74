/* borrow: open and close files apart from the program's: though it has used up its descriptors, or has locks on them. */
#include "preload/borrow.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/wait.h>

#include "preload/mem.h"
#include "preload/sys.h"

enum { CHILD_STACK = 16384 };

struct job {
	long (*work)(void *ctx);
	void *ctx;
	long result;
};

static void do_job(struct job *job)
{
	job->result = job->work(job->ctx);
}

/*
 * clone(2) with CLONE_VM and without CLONE_FILES; the child runs do_job(job) on a stack of its own and ends. It sends no
 * signal at its end, and the program's own wait does not see it (__WCLONE).
 */
static long spawn(char *stack_top, struct job *job)
{
	register long r10 __asm__("r10") = 0;
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
			 : "a"(SYS_clone), "D"((long)(CLONE_VM | CLONE_VFORK)), "S"(stack_top), "d"(0L), "r"(r10),
			   "r"(r8), [job] "b"(job), [do_job] "r"(do_job), [exit] "i"(SYS_exit)
			 : "rcx", "r11", "memory", "cc");
	return ret;
}

long borrow_run(long (*work)(void *ctx), void *ctx)
{
	struct job job = {work, ctx, -EMFILE};
	char *stack = mem_pages(CHILD_STACK);
	int status;

	if (!stack)
		return -ENOMEM;
	/* A signal to the group must not run the program's handler in the child. */
	uint64_t before = sys_block_signals(~0ull);
	long pid = spawn(stack + CHILD_STACK, &job);
	if (pid > 0)
		sys6(SYS_wait4, pid, (long)&status, __WALL, 0, 0, 0);
	sys_signals_back(before);
	sys_munmap(stack, CHILD_STACK);
	return pid < 0 ? pid : job.result;
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
