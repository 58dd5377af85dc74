/* libc_callers.h: which function of libc's the program called, for a system call that libc makes by itself. */
#ifndef PRELOAD_LIBC_CALLERS_H
#define PRELOAD_LIBC_CALLERS_H

#include <stdbool.h>
#include <stdint.h>

struct libc_caller {
	uint64_t pc; /* where the program called it; 0: it did not, libc ends the process or runs a thread of its own */
	uintptr_t bp; /* rbp there: its frame, if it has frame pointers */
	const char *name;
	uint8_t len; /* of the name, which does not end there; 0: it has none that is public */
};

/* Read libc's tables. False: there are none of the form that is known. */
bool libc_callers_begin(const void *base, uint32_t text, uint32_t text_end);

/*
 * Unwind from libc's frame at pc, with these registers. False: the frames cannot be followed. Of each place in libc the tables are read once; then
 * a frame costs a few nanoseconds.
 */
bool libc_callers_find(struct libc_caller *c, uint64_t pc, uintptr_t sp, uintptr_t bp);

#endif
