/* passing.h: lists of descriptors in a line. */
#ifndef MODEL_PASSING_H
#define MODEL_PASSING_H

#include "viewer/base/arena.h"
#include "viewer/model/model.h"

/* A call whose message may carry descriptors. */
static inline bool passing_may_carry(const struct event *e)
{
	return e->call == CALL_sendmsg || e->call == CALL_sendmmsg || e->call == CALL_recvmsg ||
	       e->call == CALL_recvmmsg;
}

struct fdsocks {
	struct fdsock *items;
	size_t count;
};

/* What stands in the line, or in one of its messages, under "passed", "received" or "closed". In the arena. */
struct fdsocks fdsocks_of(struct arena *a, const struct event *e, const char *key);

#endif
