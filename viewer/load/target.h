/* target.h: whether a program can be traced at all, read from its file. */
#ifndef LOAD_TARGET_H
#define LOAD_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/* Find a program as execvp would: its path into `path`. False: errno is ENOENT or EACCES. */
bool target_path(const char *name, char *path, size_t size);

/*
 * Why a preloaded library will see nothing of the program at `path`; NULL where nothing speaks against it. Of a script its
 * interpreter counts. Static until the next call.
 */
const char *target_obstacle(const char *path, const char *shim);

#endif
