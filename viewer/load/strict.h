/* strict.h: a call's line, exactly as the shim writes it, to an event. */
#ifndef LOAD_STRICT_H
#define LOAD_STRICT_H

#include <stdbool.h>
#include <stddef.h>

#include "viewer/load/fields.h"

/*
 * Fill *ev as load_line would. False: the line is of another kind, or in anything not as the shim writes it (the order
 * of its keys, a space, an escape): *ev is unspecified, and what json-c says of the line counts.
 */
bool strict_read(struct store *s, const char *line, size_t len, struct event *ev);

#endif
