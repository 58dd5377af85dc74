/* convert.h: SVG as PNG or PDF, by rsvg-convert. */
#ifndef FORMAT_CONVERT_H
#define FORMAT_CONVERT_H

#include <stdbool.h>

#include "viewer/base/buf.h"
#include "viewer/base/err.h"

/* Whether it can be done here. False: *err says what to install. */
bool convert_is_possible(const char *to, struct err *err);

/* Write the picture as "png" or "pdf" to a file, whole or not at all; NULL: standard output. False: *err explains. */
bool convert_write(const char *to, const char *file, const struct buf *svg, struct err *err);

#endif
