/*
 * given.h: what a call's pointers mean, read after the kernel has.
 *
 * What a program sends is no longer needed once the other side has it, and that may be before this thread comes out of the system
 * call: another one may have unmapped it by then. It is read before the call, or by a system call of ours, unless it lies on this
 * thread's stack or there is no other thread.
 */
#ifndef PRELOAD_GIVEN_H
#define PRELOAD_GIVEN_H

#include "preload/mem.h"
#include "preload/record.h"
#include "preload/state.h"

/* The kinds of a second argument that a call sends from, or to. */
#define GIVEN_KINDS (1ull << KIND_BUF | 1ull << KIND_IOV | 1ull << KIND_MSG | 1ull << KIND_ADDR)

/* Before the call: keep the first bytes that it is to send, or the address of bind and connect. */
void given_hold(struct frame *f);

/* Is all of that the address of `len` bytes that is argument i? */
static inline bool given_is_held(const struct frame *f, int i, int32_t len)
{
	return i == 1 && f->held_len && f->held_len == len;
}

/* After it has succeeded: can these bytes be read in place? They are a call's own buffer, or the program has written their address somewhere. */
static inline bool given_stays(const struct frame *f, const void *at, size_t len)
{
	return shim_is_alone() || mem_is_on_stack(f, at, len);
}
bool given_stays_behind(const struct frame *f, const void *at, size_t len);

/* Copy what an argument points to, at any time. Returns how many bytes could be read. */
size_t given_copy(const struct frame *f, void *to, const void *from, size_t len);

/* The same behind a pointer that was found there: where the call has received something, that may have been written over it. */
size_t given_copy_behind(const struct frame *f, void *to, const void *from, size_t len);

#endif
