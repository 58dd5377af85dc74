/* libc_patch.h: put the hooks into libc's code. */
#ifndef PRELOAD_LIBC_PATCH_H
#define PRELOAD_LIBC_PATCH_H

#include <stdbool.h>

#include "preload/libc_sites.h"

/* Replace the instructions of all sites, or of none. NULL: done; else why not. */
const char *libc_patch(const struct libc_sites *sites, const unsigned char *base, bool threaded);

#endif
