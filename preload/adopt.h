/* adopt.h: sockets that nobody has told of. */
#ifndef PRELOAD_ADOPT_H
#define PRELOAD_ADOPT_H

#include "preload/record.h"

/* A call that only sockets take is about to be made on f->fd, which is not known to be one. Where it is, f->sock and f->fd_flags say so then. */
void adopt_socket(struct frame *f);

#endif
