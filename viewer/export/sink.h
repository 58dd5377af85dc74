/* sink.h: where an export goes, a piece at a time: no export is held in memory as a whole. */
#ifndef EXPORT_SINK_H
#define EXPORT_SINK_H

#include <stdbool.h>
#include <stdio.h>

#include "viewer/base/buf.h"

/* Start with {.to = a file}. Append to `buf`, then say sink_next; sink_end writes the rest and gives the buffer back. */
struct sink {
	FILE *to;
	struct buf buf;
	bool failed; /* a write did: errno says why */
};

/* A whole piece is in the buffer: pass on what has gathered, if that is much. */
void sink_next(struct sink *s);

/* False: something could not be written, and errno says why. */
bool sink_end(struct sink *s);

#endif
