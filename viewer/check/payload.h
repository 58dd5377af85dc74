/* payload.h: what the recorded bytes of a write show. */
#ifndef CHECK_PAYLOAD_H
#define CHECK_PAYLOAD_H

#include "viewer/model/event.h"

/* How many bytes of text the recorded ones begin with, where nothing but NULs follows; 0: it is not so. */
size_t payload_text_before_nuls(const struct event *e);

/* All bytes were recorded, and no newline is the last of them; or those recorded are a text, then NULs, and no newline is in it. */
bool payload_lacks_newline(const struct event *e);

#endif
