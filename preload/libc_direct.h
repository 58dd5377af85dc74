/*
 * libc_direct.h: a site's own stub, which jumps back by itself.
 *
 * It has what other stubs read in their hook: the number, the comparison's operand, and the distances to libc. They are written into our own
 * code before libc's leads there.
 */
#ifndef PRELOAD_LIBC_DIRECT_H
#define PRELOAD_LIBC_DIRECT_H

#include <stdbool.h>

#include "preload/libc_hook.h"

/* Let all stubs be written to, or no longer. False: they may not be. */
bool libc_direct_open(bool writable);

/* Nobody runs there yet. The hook is filled in, and libc within a jump's reach. */
void libc_direct_write(int site, const struct libc_hook *hook);

/* Where the site's entry is to jump to: that of a call that is of interest if its descriptor is, and that of any other. */
const char *libc_direct_enter(int site);
const char *libc_direct_any(int site);

/* Where its comparison is to jump to. */
const char *libc_direct_leave(int site);

#endif
