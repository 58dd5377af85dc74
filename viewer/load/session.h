/* session.h: which processes belong together. */
#ifndef LOAD_SESSION_H
#define LOAD_SESSION_H

#include "viewer/model/model.h"

/*
 * Put processes in order of their start and number them, leave out (unless `all`) those of older sessions with their
 * events, and sort the events. A session is a set of processes of one boot whose lifetimes overlap, each with the next. For ten minutes
 * at most a server that was killed in a call counts as alive until the next one begins, one that is not seen to close its listener until a
 * client reached that, and any, also one that failed to be one, until a client was refused at its port.
 * The latest is taken of each argument and each host in it, and what by the wall clock was at the same time on another
 * machine. Fills sessions, start_ns, end_ns.
 *
 * Where several boots stay, all times are moved to the first one's clock, by the wall clocks that the process lines give.
 */
void session_choose(struct trace *t, bool all);

#endif
