/* ready.h: the calls that wait for several descriptors: what they wait for, and what was ready. */
#ifndef PRELOAD_READY_H
#define PRELOAD_READY_H

#include "preload/json.h"
#include "preload/record.h"

/* Rows that have one of these kinds are recorded where one of the descriptors is a socket. */
#define READY_KINDS (1ull << KIND_POLLFDS | 1ull << KIND_FDSET | 1ull << KIND_EPOLLFD | 1ull << KIND_FDWATCHED)

/* Is a socket among them? Fills in the frame's fd for epoll_ctl, its sets for select. */
bool ready_wants(struct frame *f);

/* The same when it has returned, where it could not be seen before (frame.late). What has failed may have been about one. */
bool ready_concerns(struct frame *f);

/* Not with a timeout of 0. */
bool ready_may_wait(const struct frame *f);

/* `,"ready":[...]` of a call that returned a number above 0. */
void ready_put(struct json *j, const struct frame *f, long ret);

/* How many descriptors of one call are shown. */
enum { READY_SHOWN = 64 };

/* Of one that is ready: all up to its events; sock 0 is none. A timespec or a timeval, by what its second member is called. */
void ready_put_head(struct json *j, int fd, uint64_t sock);
void ready_put_time(struct json *j, const long *v, const char *small);

/* After an epoll_ctl. */
void ready_note_watch(const struct frame *f);

/* The arguments, by kind. */
void ready_put_timespec(struct json *j, const struct frame *f, int i);
void ready_put_pollfds(struct json *j, const struct frame *f, int i);
void ready_put_epollop(struct json *j, const struct frame *f, int i);
void ready_put_epollevent(struct json *j, const struct frame *f, int i);

#endif
