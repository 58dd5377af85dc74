/* target_path.h: find a program by its name. */
#ifndef LOAD_TARGET_PATH_H
#define LOAD_TARGET_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Find a program as execvp would: its path into `path`. False: errno is ENOENT or EACCES. */
bool target_path(const char *name, char *path, size_t size);

#endif
