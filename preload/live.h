/* live.h: the live file, in which the threads' slots are mapped. */
#ifndef PRELOAD_LIVE_H
#define PRELOAD_LIVE_H

#include <fcntl.h>
#include <stddef.h>

#include "trace/format.h"

enum {
	LIVE_MAP_MAX = 65 * TRACE_BLOCK,
	LIVE_FLAGS = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW,
};

/* This process has made its trace, and is the one whose live file that will be. */
void live_begin(void);

/* A pad line in each of the blocks of `size` bytes. */
void live_fill_pads(char *at, size_t size);

/* A shared mapping of `size` fresh bytes, whole blocks, LIVE_MAP_MAX at most, at the file's end, filled with pad lines, its room on the
 * disk made sure of; NULL if not possible. */
char *live_map(size_t size);
void live_unlink(void);

#endif
