/* stack.h: who called the function that made the call, as far as frame pointers tell. */
#ifndef PRELOAD_STACK_H
#define PRELOAD_STACK_H

#include "preload/json.h"
#include "preload/record.h"
#include "preload/slot.h"

enum { STACK_MAX = 32 };

/* At a wrapper's entry, where SOCKTRACE_STACK asks for stacks: find the caller's frame. */
void stack_begin(struct frame *f);

/* Does this lie in the shim itself? */
bool stack_is_ours(uint64_t pc);

/* Module lines for all of it. The slot's line buffer is used. */
void stack_note(struct slot *s, const struct frame *f);

/* `,"stack":["0x...",...]`: return addresses, the call's own first. */
void stack_put(struct json *j, const struct frame *f);

#endif
