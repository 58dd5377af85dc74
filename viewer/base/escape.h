/* escape.h: bytes of strangers made fit to print. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stddef.h>

#include "viewer/base/arena.h"
#include "viewer/base/buf.h"

/*
 * Append bytes so that they can do nothing to a terminal: \n, \t, \x1b for control bytes, \\ for a backslash, \xNN for
 * what is not UTF-8, \u202e for what has no width of its own (bidi controls, joiners, combining marks, unassigned).
 */
void escape_bytes(struct buf *b, const char *bytes, size_t len);

/* The same, as a string in the arena. NULL stays NULL. */
const char *escape_string(struct arena *a, const char *s);

/* len without a UTF-8 character that was cut off at its end. */
size_t escape_whole(const char *bytes, size_t len);

#endif
