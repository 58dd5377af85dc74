/* libraries.h: lists of libraries, as LD_PRELOAD holds them: separated by spaces or colons (ld.so(8)). */
#ifndef PRELOAD_LIBRARIES_H
#define PRELOAD_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

/* How many there may be in a list. */
size_t libraries_count(const char *list);

/* Is the very path in it? */
bool libraries_have(const char *list, const char *path);

/* Copy it, `other` in the place of each name that the dynamic linker has found at `path`; without separators before the first. A byte of the
 * room stays free. False, and the copy is of no use: there was none, or no room. */
bool libraries_copy(char *to, size_t room, const char *list, const char *path, const char *other);

#endif
