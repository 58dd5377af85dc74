/* borrow.h: open a file though the program has used up its descriptors. */
#ifndef PRELOAD_BORROW_H
#define PRELOAD_BORROW_H

#include <stddef.h>

/*
 * Run work(ctx) in a child that shares this memory but has a table of descriptors of its own, with one of them closed there: the
 * program's stay as they are. Returns what work returns, or -errno where there is no such child.
 */
long borrow_run(long (*work)(void *ctx), void *ctx);

/* Open a file, by its path from `dir` (see openat(2)), and write len bytes to it in this way; with O_EXCL it is removed again where that
 * fails. Returns 0 or -errno. */
long borrow_write(int dir, const char *path, int flags, const char *bytes, size_t len);

#endif
