/* libc_own.h: what the C library does for itself: the sockets that a look-up of a name needs, the questions that stdio asks. */
#ifndef LOAD_LIBC_OWN_H
#define LOAD_LIBC_OWN_H

#include "viewer/model/model.h"

/*
 * Leave out of trace->events and its landmarks, which are sorted, what is no doing of the program's own: all that a thread does within
 * getaddrinfo and its like, all on sockets that libc has made by itself (getifaddrs, syslog), and its questions about descriptors.
 * What it moves on sockets of the program's (fprintf, fgets) stays.
 */
void libc_own_leave_out(struct trace *t);

#endif
