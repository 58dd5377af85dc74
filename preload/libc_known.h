/* libc_known.h: what is known of the libc that was there when the shim was built, so that it need not be read again in each process. */
#ifndef PRELOAD_LIBC_KNOWN_H
#define PRELOAD_LIBC_KNOWN_H

#include "preload/libc_sites.h"

/* Its sites, if it is that very build and nobody has changed it; else NULL. */
const struct libc_sites *libc_known_find(const struct libc_image *image);

/* Does the dynamic section of an object lie where that of this libc does? Nothing of the object is read. */
bool libc_known_is_alike(const void *base, const void *dynamic);

/* Where in the object whose headers are at `base` the functions of preload/wanted.h lie, by number, if it is that very build; else NULL. */
enum { LIBC_LOOK_FOR, LIBC_HAS_NOT }; /* instead of a place */
const uint32_t *libc_known_symbols(const void *base);

/* dynsym_hash of a function's name, as the build knew it; 0: it did not. To make it out here, the name must be read. */
uint32_t libc_known_hash(int wanted);

#endif
