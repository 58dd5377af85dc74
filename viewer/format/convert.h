/* convert.h: SVG as PNG or PDF, by rsvg-convert. */
#ifndef FORMAT_CONVERT_H
#define FORMAT_CONVERT_H

#include <stdbool.h>

#include "viewer/base/buf.h"
#include "viewer/base/err.h"

/* Whether it can be done here. False: *err says what to install. */
bool convert_is_possible(const char *to, struct err *err);

/* Append the picture as "png" or "pdf". False: *err explains. */
bool convert(const char *to, const struct buf *svg, struct buf *out, struct err *err);

#endif
