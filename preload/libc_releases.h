/* libc_releases.h: which system calls of glibc's are of interest, and the releases whose count of them is known. */
#ifndef PRELOAD_LIBC_RELEASES_H
#define PRELOAD_LIBC_RELEASES_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/libc_sites.h"

/* Is a call of that number one that libc makes by itself on what may be a socket? */
bool libc_makes(int64_t nr);

/* Are these the calls of a release that was held against what strace sees? */
bool libc_is_release(const struct libc_sites *s);

#endif
