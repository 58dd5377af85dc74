/* users.h: which of the processes that had an end of a connection it belongs to. */
#ifndef MODEL_USERS_H
#define MODEL_USERS_H

#include "viewer/model/conn.h"

/* What a process did with an end. Each tells more than any number of the next. */
enum use {
	USE_MOVED,  /* bytes */
	USE_TRIED,  /* a read that found the end of file or waits still, a shutdown */
	USE_PLACED, /* dup: it stands where a program looks for it */
	USES,
};

struct user {
	struct process *proc;
	unsigned uses[USES];
	int fd;
};

/* All of one end: zeroed there are none. Empty again with list.count = 0; vec_free gives the list back. */
struct users {
	VEC(struct user) list;
};

/* An event of the end; whether it moved bytes. */
void users_note(struct users *users, const struct event *e, bool moved);

/* Find end->proc and end->fd, of the one end that accept or socketpair made or of any that moved bytes: else they stay who made it. To have
 * inherited it is no use. The transfers of the other end must be counted. */
void users_choose(const struct users *users, struct end *end, const struct end *other);

#endif
