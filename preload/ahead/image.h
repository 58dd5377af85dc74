/* image.h: a library's file, laid out as it would be in memory. */
#ifndef PRELOAD_AHEAD_IMAGE_H
#define PRELOAD_AHEAD_IMAGE_H

#include <elf.h>
#include <stdint.h>

/* NULL: it cannot be read, or is no object of 64 bits. To be freed by the caller. */
uint8_t *image_load(const char *path);

/* Its dynamic section; NULL: it has none. */
const Elf64_Dyn *image_dynamic(const uint8_t *image);

#endif
