/* changes.h: what a call that returned has changed. */
#ifndef PRELOAD_CHANGES_H
#define PRELOAD_CHANGES_H

#include <fcntl.h>
#include <stdatomic.h>

#include "preload/record.h"
#include "preload/watches.h"

/* Bring the table of descriptors up to date, and fill in the frame's new ones. */
void changes_note(struct frame *f, long ret);

/* The same of what was not recorded: epoll sets are made before there is a trace, and copied as files are. */
void changes_made_set(int epfd);
void changes_copied_file(int oldfd, int newfd);

/* Of dup and fcntl (cmd F_DUPFD...): few programs have such a set. */
static inline void changes_copied(int oldfd, int cmd, int newfd)
{
	if ((cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC) &&
	    __builtin_expect(atomic_load_explicit(&watches_sets, memory_order_relaxed), 0))
		changes_copied_file(oldfd, newfd);
}

/* Of any call. */
void changes_unseen(enum call_id call, const long *args, long ret);

#endif
