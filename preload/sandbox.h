/* sandbox.h: what the shim may do once this process has entered a sandbox by seccomp. */
#ifndef PRELOAD_SANDBOX_H
#define PRELOAD_SANDBOX_H

#include <stdatomic.h>
#include <stdbool.h>

/* Can such an attempt succeed? Without a filter it is made to see whether the kernel knows filters: it answers EFAULT, or EINVAL. */
static inline bool sandbox_is_meant(bool strict, const void *filter)
{
	return strict || filter;
}

/*
 * This process is about to be put into one: make no system call of ours any more, in no thread, since the filter may bind all of them.
 * `strict`: nor read the clock. Else `filter`, a struct sock_fprog of the program's, says whether it would kill for a write of ours: then
 * there is none; likewise for the questions who this is. Returns what one of the others gets: it has been entered, or that came to nothing.
 */
int sandbox_begins(bool strict, const void *filter);
void sandbox_entered(int was, const void *filter);
void sandbox_failed(int was);

/* Grows with each that may end all writing. */
extern _Atomic unsigned sandbox_attempts;

/* This thread is about to be forbidden to read the time stamp counter (prctl(2), PR_SET_TSC): libc's clock may do that. */
void sandbox_without_clock(void);

#endif
