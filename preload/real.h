/* real.h: the functions that our wrappers stand before. */
#ifndef PRELOAD_REAL_H
#define PRELOAD_REAL_H

#include <stdbool.h>
#include <time.h>

#include "trace/calls.h"

/* Indexed by enum call_id; NULL until the shim has started, and for what this C library does not have. */
extern void *real_calls[CALL_COUNT];

/* The same for three that are no rows. */
extern long (*real_syscall)(long nr, ...);
extern void (*real_chk_fail)(void);
extern const void *real_libc;     /* where the object lies that has socket(), NULL unknown */
extern const char *real_own_name; /* of the file that we are, as the linker was given it; NULL unknown */
extern int (*volatile real_clock)(clockid_t clock, struct timespec *now); /* clock_gettime; NULL: it may not be used */

/* Find them all: dlsym mallocs when it fails, so never later on a call's path. */
void real_resolve(void);

/* The same where the shim cannot start yet, or is about to, and a function must be called all the same. */
void real_need(void);

/* The clock is to be asked often from now on: without libc in between. False where the kernel gives the process no function for that. */
bool real_clock_direct(void);

/* What to call while real_calls has no entry: the system call itself. A call that comes while the shim starts (malloc's
 * own initialisation reads files) must not wait for it. */
void *real_early(enum call_id call);

/* The row that syscall(nr) is, its first arguments being the row's; CALL_UNKNOWN if there is none. Not the row of fork, clone, execve, execveat
 * and prctl, of which more is to be done. */
enum call_id real_row_of(long nr);

/* The real function, with the type of its wrapper. */
#define REAL(name)                                                                                                     \
	((__typeof__(&wrap_##name))(__builtin_expect(real_calls[CALL_##name] != 0, 1) ? real_calls[CALL_##name]        \
										      : real_early(CALL_##name)))

/* The symbol `name` as programs see it; in C it is called wrap_name, so that no header's prototype is in the way. */
#define WRAPPER(name) __asm__(#name) __attribute__((visibility("default")))

/* A second symbol for a wrapper of the same file: glibc's own name for it, which programs may call as well. */
#define SAME_AS(alias, name) __asm__(".globl " #alias "\n.type " #alias ", @function\n.set " #alias ", " #name)

#endif
