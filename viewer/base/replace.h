/* replace.h: write a file beside its place and put it there when it is whole: what fails leaves what was there before. */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "viewer/base/buf.h"
#include "viewer/base/err.h"

/*
 * For whoever named the place it is as if a shell's > had written there:
 * - Symbolic links stay; the place is where they lead, even where nothing is there yet.
 * - What may not be written is refused. Who owned the file and who might read it stays as it was; a new one has `mode`, less the umask.
 * - What is no regular file, a device or a pipe, is written as it is, and so is what a descriptor has open (/dev/stdout, /proc/self/fd/N),
 *   whatever it is: nothing else may come into its place.
 *
 * Only where no file can be made beside it, in a directory that may not be written, is a file written as it is; and where none can be put
 * in its place (it is mounted, has other names or an access control list, is another user's) it is written over when the new one is whole.
 *
 * Nothing is left beside it: SIGHUP, SIGINT, SIGQUIT and SIGTERM remove what is not finished, and a file that grows too large (SIGXFSZ) is an error
 * as a full disk is.
 */
struct replaced {
	const char *name;       /* as it was given, for messages; the caller keeps it */
	struct buf place, part; /* where its links lead, and the file beside that */
	bool as_it_is;          /* there is none beside it */
	bool is_there;
	struct stat old; /* if so */
	FILE *to;        /* to be written to */
};

/* Where this has succeeded the two others are to be called, in this order. Both get whether all is good so far, and return whether it still
 * is: where not, replace_end leaves the place as it was. In between, the part can be read. False: *err names the file. */
bool replace_begin(struct replaced *r, const char *name, mode_t mode, struct err *err);
bool replace_close(struct replaced *r, bool good, struct err *err);
bool replace_end(struct replaced *r, bool good, struct err *err);

#endif
