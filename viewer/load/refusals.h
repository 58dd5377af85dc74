/* refusals.h: which server a client looked for that was refused. */
#ifndef LOAD_REFUSALS_H
#define LOAD_REFUSALS_H

#include "viewer/model/model.h"

/* Tell of each connect that was refused and of the process that had come last to that port of the same machine: it listens there no more,
 * or its bind or the listen behind it failed or was forgotten. Events need not be sorted yet. */
void refusals_find(const struct trace *t, void (*tell)(void *to, const struct process *server, uint64_t t_ns),
		   void *to);

#endif
