/*
 * given.h: what a call's pointers mean, read after the kernel has.
 *
 * What a program sends is no longer needed once the other side has it, and that may be before this thread comes out of the system
 * call: another one, or a handler, may have unmapped it by then, another process may have cut short the file behind it. It is read before
 * the call, or by a system call of ours, unless it lies on this thread's stack, or in the heap of a program without other threads.
 */
#ifndef PRELOAD_GIVEN_H
#define PRELOAD_GIVEN_H

#include "preload/mem.h"
#include "preload/record.h"
#include "preload/state.h"

/* The kinds of a second argument that a call sends from, or to. */
#define GIVEN_KINDS (1ull << KIND_BUF | 1ull << KIND_IOV | 1ull << KIND_MSG | 1ull << KIND_ADDR)

/* With room for messages, whose lengths the call writes over. */
#define HELD_KINDS (GIVEN_KINDS | 1ull << KIND_MSGVEC_OUT)

/* Is all of that the `len` bytes that argument i points to: the address of bind and connect, setsockopt's value? */
static inline bool given_is_held(const struct frame *f, int i, int32_t len)
{
	return (i == 1 || i == 3) && f->held_len && f->held_len == len;
}

/* After it has succeeded: can these bytes be read in place? They are a call's own buffer, or the program has written their address somewhere. */
static inline bool given_stays(const struct frame *f, const void *at, size_t len)
{
	bool is_alone = shim_is_alone();

	return (is_alone && mem_is_in_image(at, len)) || mem_is_on_stack(f, at, len) ||
	       (is_alone && mem_is_own(at, len));
}
bool given_stays_behind(const struct frame *f, const void *at, size_t len);

/* Before the call: keep the first bytes that it is to send, or the address of bind and connect, or how much room there is for each sender's. */
void given_hold_else(struct frame *f);
static inline void given_hold(struct frame *f)
{
	uint8_t kind = call_table[f->call].args[1].kind;

	f->stays = (kind == KIND_BUF || kind == KIND_ADDR) && given_stays(f, (const void *)f->args[1], f->args[2]);
	if (!f->stays)
		given_hold_else(f);
}

/* How long what is given is that given_keep keeps. */
enum { KEPT_LEAST = 4, KEPT_MOST = 16 };

/* Of bind, connect and setsockopt: hold all that is given behind a pointer, from now on. False where it is not that long, or cannot be read. */
bool given_keep(struct frame *f);

/* The first bytes of setsockopt's value, at any time. Returns how many could be read. */
size_t given_copy_value(const struct frame *f, void *to, size_t len);

/* Copy what an argument points to, at any time. Returns how many bytes could be read. */
size_t given_copy(const struct frame *f, void *to, const void *from, size_t len);

/* The same of a call that does not wait: what the kernel has just read is there still, also where nobody may be asked. */
size_t given_copy_at_once(const struct frame *f, void *to, const void *from, size_t len);

/* The same as given_copy behind a pointer that was found there: where the call has received something, that may have been written over it. */
size_t given_copy_behind(const struct frame *f, void *to, const void *from, size_t len);

#endif
