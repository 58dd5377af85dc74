/* descriptors.h: which descriptors this process has open. */
#ifndef PRELOAD_DESCRIPTORS_H
#define PRELOAD_DESCRIPTORS_H

/* Call what(fd) for each, from the lowest to the highest; it may close it. */
void descriptors_each(void (*what)(int fd));

#endif
