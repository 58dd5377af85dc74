/* descriptors.h: which descriptors this process has open. */
#ifndef PRELOAD_DESCRIPTORS_H
#define PRELOAD_DESCRIPTORS_H

#include <stdbool.h>

/* Call what(fd) for each, from the lowest to the highest, and perhaps for numbers that are none: it returns whether there was one. It may close
 * it. */
void descriptors_each(bool (*what)(int fd));

#endif
