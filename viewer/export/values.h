/* values.h: what a trace says, as JSON text that may be shown. For perfetto.c. */
#ifndef EXPORT_VALUES_H
#define EXPORT_VALUES_H

#include "viewer/base/buf.h"
#include "viewer/model/event.h"

/* A string of printable words; of any bytes, which are escaped first. */
void put_quoted(struct buf *out, const char *words);
void put_string(struct buf *out, const char *bytes, size_t len);

/* A further member of an object. NULL leaves it out. */
void put_words(struct buf *out, const char *key, const char *words);

/* The same: a time in microseconds, to the nanosecond; the call's arguments, where it has any. */
void put_time(struct buf *out, const char *key, uint64_t ns);
void put_args(struct buf *out, const struct event *e);

#endif
