/* own_stack.h: room for what takes more of a stack than programs leave on theirs. */
#ifndef PRELOAD_OWN_STACK_H
#define PRELOAD_OWN_STACK_H

/*
 * Call work(ctx) on a stack of 32 KiB that is mapped for it; where there is no memory, or valgrind would say something of another stack, on
 * the one that there is. Signals are to be blocked: a handler would find itself there too.
 */
void own_stack_run(void (*work)(void *ctx), void *ctx);

#endif
