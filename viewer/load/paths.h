/* paths.h: which files a command's arguments mean. */
#ifndef LOAD_PATHS_H
#define LOAD_PATHS_H

#include <stdbool.h>

#include "viewer/base/err.h"
#include "viewer/base/map.h"
#include "viewer/model/model.h"

/* A trace file and the live file beside it. */
struct source {
	const char *path; /* "-" is standard input */
	const char *live; /* NULL: none that this name could belong to */
	bool named;       /* an argument itself, not found in a directory */
	unsigned argument;
};

struct sources {
	VEC(struct source) items;
	struct map files; /* what is in items, by device and inode */
	uint64_t bytes;   /* of the regular files */
};

/* Directories become the .jsonl files in them, by name; a live file stands for the trace it belongs to. Without
 * arguments: TRACE_DIR. Strings live in the arena; the caller calls paths_free. False: *err names the argument
 * that gives nothing to read. */
bool paths_find(struct arena *a, const char *const *paths, int count, struct sources *sources, struct err *err);

void paths_free(struct sources *sources);

/* Whether a file (NULL: none) that is to be written is none of what the paths mean. False: *err says that it is. */
bool paths_spare(const char *const *paths, int count, const char *file, struct err *err);

#endif
