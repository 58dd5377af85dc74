/* libc_calls.h: whether the calls that libc makes by itself are seen. */
#ifndef PRELOAD_LIBC_CALLS_H
#define PRELOAD_LIBC_CALLS_H

#include <stdbool.h>

#include "preload/record.h"

extern bool libc_is_patched;

/* The process has a socket, or is about to: patch libc, unless that was tried before. */
void libc_calls_begin(void);

/* Around what forks, in the child too: no other thread may be at that meanwhile, or the child would have half of it. The second gets what
 * the first has returned. */
bool libc_calls_fork_begins(void);
void libc_calls_fork_ends(bool begun);

/* Around waiting for another thread, which may wait for those of this one: a handler of fork has called us. */
void libc_calls_forks_pause(void);
void libc_calls_forks_go_on(void);

/* In a child, which has no other threads: theirs have ended. */
void libc_calls_forked(void);

/* NULL: they are seen; else why they are not. */
const char *libc_calls_why(void);

/* A wrapper is about to call libc's function: what that does is known already. It has: what a call expected that a handler of ours has
 * interrupted is expected again. */
void libc_calls_expect(struct frame *f, enum call_id call, const long *args);
void libc_calls_met(struct frame *f);

/* It gives it this in the place of the program's argument. */
void libc_calls_lent(const struct frame *f, int arg, const void *ours);

/* A wrapper closes this descriptor in a way in which libc writes to it first: it is open until libc closes it. */
void libc_calls_closing(int fd);
void libc_calls_took(int fd, int refs); /* libc has made something else of it: so many others mean its socket */
int libc_calls_closed(void); /* afterwards: how many others mean its socket; -1: libc has not closed it where we look */

/* exit has run what was to run at exit, and goes on to write what stdio still has: the end is when libc makes the system call. False: that is not seen. */
bool libc_calls_exiting(int status);
void libc_calls_end(int status);

#endif
