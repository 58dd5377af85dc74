/* pending.h: which calls that had begun are still waited in. */
#ifndef LOAD_PENDING_H
#define LOAD_PENDING_H

#include "viewer/model/model.h"

/* Of the events from index `first` on, in the order of their files: drop each pending whose call returned, keep
 * one copy of the others, and mark as abandoned those after which their thread did something else. */
void pending_settle(struct trace *t, size_t first);

#endif
