/* target_libc.h: which C library a program loads, and whether the shim records what that does by itself. */
#ifndef LOAD_TARGET_LIBC_H
#define LOAD_TARGET_LIBC_H

#include <stdbool.h>

#include "viewer/base/arena.h"

/* The release of glibc in the file ("2.36"), in the arena; NULL: another C library, or not to be read. */
const char *target_libc_release(struct arena *a, const char *path);

/* One of trace/libc_releases.def. Who has built it otherwise than Debian may still have one that is not known. */
bool target_libc_is_known(const char *release);

#endif
