/* replace.h: write a file beside its place and put it there when it is whole: what fails leaves what was there before. */
#ifndef VIEWER_BASE_REPLACE_H
#define VIEWER_BASE_REPLACE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "viewer/base/buf.h"
#include "viewer/base/err.h"

/*
 * What is no regular file, a device or a pipe (/dev/stdout), is written as it is: nothing else may come into its place. The place of a
 * symbolic link is where it leads.
 */
struct replaced {
	struct buf name, part; /* the place, and the file beside it: the same where it is written as it is */
	bool as_it_is;
	FILE *to; /* to be written to */
};

/* Where this has succeeded the two others are to be called, in this order. Both get whether all is good so far, and return whether it still
 * is: where not, replace_end leaves the place as it was. In between, the part can be read. */
bool replace_begin(struct replaced *r, const char *name, mode_t mode, struct err *err);
bool replace_close(struct replaced *r, bool good, struct err *err);
bool replace_end(struct replaced *r, bool good, struct err *err);

#endif
