/* borrow.h: open and close files apart from the program's: though it has used up its descriptors, or has locks on them. */
#ifndef PRELOAD_BORROW_H
#define PRELOAD_BORROW_H

#include <stddef.h>

/*
 * Run work(ctx) in a thread that has a table of descriptors of its own, as this one's is now: what work opens and closes there
 * changes nothing here. It has 16 KiB of stack. Returns what work returns, -EMFILE or -ENOMEM where there is no such thread.
 */
long borrow_run(long (*work)(void *ctx), void *ctx);

/* In that thread: close one of the program's descriptors, where all are used up. */
void borrow_make_room(void);

/* Open a file, by its path from `dir` (see openat(2)), and write len bytes to it in this way; with O_EXCL it is removed again where that
 * fails. Returns 0 or -errno. */
long borrow_write(int dir, const char *path, int flags, const char *bytes, size_t len);

#endif
