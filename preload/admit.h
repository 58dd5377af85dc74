/* admit.h: let the user that this process becomes put traces beside ours. */
#ifndef PRELOAD_ADMIT_H
#define PRELOAD_ADMIT_H

#include "trace/calls.h"

/* Before a call that changes the user, with its arguments: children forked afterwards, and programs started, have files of their own to
 * make. The directory must be one that we made. Nothing else of it changes: what is in there stays unreadable, and stays. */
void admit_next_user(enum call_id call, const long *args);

#endif
