/* libc_known.h: the sites of the libc that was there when the shim was built, so that it need not be read again in each process. */
#ifndef PRELOAD_LIBC_KNOWN_H
#define PRELOAD_LIBC_KNOWN_H

#include "preload/libc_sites.h"

/* Its sites, if it is that very build and nobody has changed it; else NULL. */
const struct libc_sites *libc_known_find(const struct libc_image *image);

#endif
