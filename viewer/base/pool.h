/* pool.h: a process pool: pieces of work done by as many processes as there are processors, each one piece after the other. What kills a
 * process ends only the piece that it was at. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

#include "viewer/base/buf.h"

struct pool_work {
	/* In another process, which does all it does alone: do the piece, and add to `told` what is to be known of it here. What it has
	 * of memory it gives back, for the process goes on to the next. */
	void (*piece)(void *context, size_t index, struct buf *told);

	/* Here, as each is done, in any order: what was told, which is there for the call only; or NULL, and how its process ended
	 * (waitpid(2)), -1 if none could be made. */
	void (*done)(void *context, size_t index, const struct buf *told, int status);

	void *context;
};

/* Do all pieces below count. */
void pool_do(const struct pool_work *work, size_t count);

#endif
