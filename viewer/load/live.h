/* live.h: the newest lines of a process, from a file that it may be writing at this moment. */
#ifndef LOAD_LIVE_H
#define LOAD_LIVE_H

#include "viewer/base/map.h"
#include "viewer/base/vec.h"
#include "viewer/load/input.h"

struct live_line {
	struct line line;
	uint64_t hash;
	bool forgotten;
};

struct live {
	VEC(struct live_line) lines;
	struct map index; /* by hash: struct live_line */
};

/* Copy the whole lines of a live file; a file that is gone by now (its process ended) has none. Call it before the
 * trace file is opened: what leaves the live file is in the trace by then. */
void live_read(struct arena *a, const char *path, struct live *live);

/* The trace file holds this line: take it from there. */
void live_forget(struct live *live, const char *text, size_t len);

void live_free(struct live *live);

#endif
