/* descriptors.h: which descriptors this process has open. */
#ifndef PRELOAD_DESCRIPTORS_H
#define PRELOAD_DESCRIPTORS_H

#include <stdbool.h>

/* Call what(fd) for each, from the lowest to the highest, and perhaps for numbers that are none: it returns whether there was one. It may close
 * it. */
void descriptors_each(bool (*what)(int fd));

/* The same of those from this one on, which are closefrom's. */
void descriptors_each_from(int first, bool (*what)(int fd));

#endif
