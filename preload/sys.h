/* sys.h: system calls made directly: no errno, no cancellation point, no symbol that another library interposes. */
#ifndef PRELOAD_SYS_H
#define PRELOAD_SYS_H

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#ifndef __x86_64__
#error "socktrace: this architecture has no system call sequence in preload/sys.h yet"
#endif

/* The kernel's own result: -errno on failure. */
static inline long sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static inline long sys3(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return ret;
}

#define SYS_ARG_(x)                         ((long)(x))
#define sys_close(fd)                       sys3(SYS_close, SYS_ARG_(fd), 0, 0)
#define sys_read(fd, buf, len)              sys3(SYS_read, SYS_ARG_(fd), SYS_ARG_(buf), SYS_ARG_(len))
#define sys_write(fd, buf, len)             sys3(SYS_write, SYS_ARG_(fd), SYS_ARG_(buf), SYS_ARG_(len))
/* openat, as libc does: filters of system calls know that one. */
#define sys_openat(dir, path, flags, mode)  sys6(SYS_openat, dir, SYS_ARG_(path), flags, mode, 0, 0)
#define sys_open(path, flags, mode)         sys_openat(-100 /* AT_FDCWD */, path, flags, mode)
/* What is only read, and closed at once. By these flags, which nobody else gives to that, a fork's child knows a descriptor that its parent had for
 * this in another thread. */
#define SYS_READS                           (O_RDONLY | O_CLOEXEC | O_APPEND | O_NONBLOCK | O_DSYNC)
#define sys_open_read(path, flags)          sys_open(path, SYS_READS | (flags), 0)
#define sys_getpid()                        ((int)sys3(SYS_getpid, 0, 0, 0))
#define sys_gettid()                        ((int)sys3(SYS_gettid, 0, 0, 0))
#define sys_mmap(len, prot, flags, fd, off) sys6(SYS_mmap, 0, SYS_ARG_(len), prot, flags, fd, off)
#define sys_munmap(at, len)                 sys3(SYS_munmap, SYS_ARG_(at), SYS_ARG_(len), 0)
#define sys_madvise(at, len, what)          sys3(SYS_madvise, SYS_ARG_(at), SYS_ARG_(len), what)
#define sys_readlink(path, buf, len)        sys3(SYS_readlink, SYS_ARG_(path), SYS_ARG_(buf), SYS_ARG_(len))

/* Block these signals in this thread, signal n being bit n - 1. Returns what was blocked before, for sys_signals_back. */
static inline uint64_t sys_block_signals(uint64_t signals)
{
	uint64_t before = 0;

	sys6(SYS_rt_sigprocmask, SIG_BLOCK, (long)&signals, (long)&before, sizeof before, 0, 0);
	return before;
}

static inline void sys_signals_back(uint64_t before)
{
	sys6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&before, 0, sizeof before, 0, 0);
}

/* True where a raw result of mmap is an error. */
static inline int sys_failed(long ret)
{
	return (unsigned long)ret > -4096UL;
}

#endif
