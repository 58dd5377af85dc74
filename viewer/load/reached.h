/* reached.h: whose listener a client reached. */
#ifndef LOAD_REACHED_H
#define LOAD_REACHED_H

#include "viewer/model/model.h"

/* Tell of each connect that was not refused and of the process that had made the latest listener at that address of the same machine, unless
 * that process is seen to have closed it, or to have ended, before: it must have lived, though its trace says no more of it. Processes are
 * numbered; events need not be sorted yet. */
void reached_find(const struct trace *t, void (*tell)(void *to, const struct process *server, uint64_t t_ns), void *to);

#endif
