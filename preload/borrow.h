/* borrow.h: append to a file though the program has used up its descriptors. */
#ifndef PRELOAD_BORROW_H
#define PRELOAD_BORROW_H

#include <stddef.h>

/*
 * Append len bytes to the file. Returns 0 or -errno. A child that shares this memory but has a table of descriptors of its
 * own closes one there and opens the file; the program's table stays as it is.
 */
long borrow_append(const char *path, int flags, const char *bytes, size_t len);

#endif
