/* adopt.h: sockets that nobody has told of. */
#ifndef PRELOAD_ADOPT_H
#define PRELOAD_ADOPT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "preload/record.h"

/* A call that only sockets take is about to be made on f->fd, which is not known to be one. Where it is, f->sock and f->fd_flags say so then. */
void adopt_socket(struct frame *f);

/* Has that been so of any? */
extern _Atomic bool adopt_has_met;
static inline bool adopt_happens(void)
{
	return atomic_load_explicit(&adopt_has_met, memory_order_relaxed);
}

#endif
