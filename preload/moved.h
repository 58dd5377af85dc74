/* moved.h: the bytes and the descriptors that a call moved. */
#ifndef PRELOAD_MOVED_H
#define PRELOAD_MOVED_H

#include "preload/json.h"
#include "preload/record.h"

/* `,"data":"..."` of a call that moved a number of bytes. */
void moved_put_data(struct json *j, const struct frame *f, long count);

enum { MOVED_MSGS = 32 }; /* of one call are shown, and further ones that carry something */

/* What sendmsg, recvmsg and their multiples tell beyond the bytes. */
void moved_put_message(struct json *j, const struct frame *f);
void moved_put_messages(struct json *j, const struct frame *f, long count);

/* Descriptors that came with a message, after recvmsg or recvmmsg: from now on they are known. */
void moved_note_received(struct frame *f, long ret);

#endif
