/* image.h: a library's file, laid out as it would be in memory. */
#ifndef PRELOAD_AHEAD_IMAGE_H
#define PRELOAD_AHEAD_IMAGE_H

#include <stdint.h>

/* NULL: it cannot be read, or is no object of 64 bits. To be freed by the caller. */
uint8_t *image_load(const char *path);

#endif
