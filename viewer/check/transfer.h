/* transfer.h: reads and writes that the kernel refused because the socket was not connected. */
#ifndef CHECK_TRANSFER_H
#define CHECK_TRANSFER_H

#include "viewer/check/rule.h"

/* Reads, then writes, that ended in ENOTCONN, EPIPE, EDESTADDRREQ, or that the process died in: by SIGPIPE, if the socket
 * was not connected then, for such a write does not wait. */
struct calls transfer_refused(struct inspection *in);

/* "read gave ENOTCONN", "write gave EPIPE", "write died of SIGPIPE". */
const char *transfer_outcome(struct inspection *in, const struct event *e);

#endif
