/* libc_build.h: what tells one build of a libc from all others. */
#ifndef PRELOAD_LIBC_BUILD_H
#define PRELOAD_LIBC_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/libc_sites.h"

enum { BUILD_ID_MAX = 20 };

/* Its build id: which the linker makes of all it has put into the file (ld(1), --build-id). Returns its length, 0: it has none, or one longer
 * than BUILD_ID_MAX. */
uint32_t libc_build_id(const struct libc_image *image, const uint8_t **id);

/* A hash of all bytes at the sites, from what is replaced before each system call to what is replaced behind it, whoever may have
 * changed them since the linker. */
uint64_t libc_build_hash(const struct libc_image *image, const struct libc_sites *sites);

#endif
