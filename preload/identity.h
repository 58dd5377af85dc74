/* identity.h: what this process is: the first line of its trace, and what its file is named after. */
#ifndef PRELOAD_IDENTITY_H
#define PRELOAD_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

/* The process line, in whole blocks, *len bytes. forked_from: pid of the parent, 0 for a process that was exec'd. Static: for one
 * thread at a time, and until the next call. */
const char *identity_line(int forked_from, size_t *len);

/* Something is recorded now, though there may never be a trace: if there is one, it begins here. */
void identity_begin(void);
bool identity_has_begun(void);
void identity_forked(void);

/* Of the executable's base name [A-Za-z0-9._+-]; known after identity_line. */
const char *identity_name(void);

#endif
