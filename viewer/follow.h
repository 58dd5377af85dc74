/* follow.h: a picture that is drawn again while its trace grows. */
#ifndef VIEWER_FOLLOW_H
#define VIEWER_FOLLOW_H

#include "viewer/cmd/command.h"
#include "viewer/format/output.h"
#include "viewer/load/load.h"

struct follow {
	const char *const *paths; /* as for load_trace; they need not exist yet */
	int count;
	const struct load_options *load;
	const struct command *command;
	const struct format *format;
	const struct output *output;
};

/*
 * Draw until all processes of the trace have ended, or ^C: on a terminal in place, into a file each time that the picture
 * changes, into a pipe once at the end. False: there was nothing to draw until then, *err says why.
 * Processes that had ended before it was called are not waited for: the next are.
 */
bool follow_trace(const struct follow *f, struct err *err);

#endif
