/* pack.h: the lines of many trace files in one, which load reads as it reads them apart. */
#ifndef LOAD_PACK_H
#define LOAD_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "viewer/base/arena.h"
#include "viewer/base/err.h"
#include "viewer/base/vec.h"

/* What became of it. Strings live in the arena. */
struct packed {
	size_t files, lines;
	VEC(const char *) left_out; /* "FILE: why", a file each */
};

/*
 * Write the lines of all traces that the paths mean (as load_trace has it), process by process, what is only live at the
 * end of its process's. Room that is not used and what belongs to no process is left out; all else goes as it is. A file
 * that is `except` (NULL: none) is not read. False: nothing was there to pack, or it could not be written; *err explains.
 */
bool pack_write(struct arena *a, const char *const *paths, int count, const char *except, FILE *to,
		struct packed *packed, struct err *err);

void packed_free(struct packed *packed);

#endif
