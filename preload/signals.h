/*
 * signals.h: hold handlers off for a few system calls.
 *
 * A handler may leave by siglongjmp what it interrupted, a thread may be cancelled anywhere (PTHREAD_CANCEL_ASYNCHRONOUS), which is a
 * signal too: a descriptor of ours, a mapping that is in no slot yet, would be there for ever.
 */
#ifndef PRELOAD_SIGNALS_H
#define PRELOAD_SIGNALS_H

#include <stdint.h>

#include "preload/state.h"
#include "preload/sys.h"

#define SIGNALS_NOT_HELD (~0ull) /* in no set that the kernel gives: nobody blocks SIGKILL */

/* Block all signals in this thread, but not in a sandbox, which may not let us. Returns what signals_release takes. */
static inline uint64_t signals_hold(void)
{
	return shim_is_sandboxed() ? SIGNALS_NOT_HELD : sys_block_signals(~0ull);
}

static inline void signals_release(uint64_t held)
{
	if (held != SIGNALS_NOT_HELD)
		sys_signals_back(held);
}

#endif
