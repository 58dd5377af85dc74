/* file.h: one trace file, with what is live of it, into the trace. */
#ifndef LOAD_FILE_H
#define LOAD_FILE_H

#include "viewer/load/fields.h"
#include "viewer/load/paths.h"
#include "viewer/load/warn.h"

/* Who is told how far the reading is. */
struct progress {
	void (*tell)(uint64_t done, uint64_t total); /* NULL: nobody */
	uint64_t done, total;                        /* bytes; done: of the files before this one */
};

/* Append the file's processes and events (in the file's order) to the trace. False: no line of it is a trace's, or
 * its format is newer; *err names the file. Lines that cannot be read are warnings. */
bool file_load(struct warner *w, struct store *s, const struct source *source, struct progress *progress,
	       struct err *err);

#endif
