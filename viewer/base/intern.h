/* intern.h: equal bytes kept once. */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stddef.h>

#include "viewer/base/arena.h"
#include "viewer/base/map.h"

/* Start with {.arena = ...}: there the bytes live, longer than this table, whose owner calls intern_free. */
struct intern {
	struct arena *arena;
	struct map kept;
};

/* The kept copy of these bytes, aligned for pointers, with a NUL behind it. */
const void *intern_bytes(struct intern *i, const void *bytes, size_t len);

void intern_free(struct intern *i);

#endif
