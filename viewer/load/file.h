/* file.h: one trace file, with what is live of it, into the trace. */
#ifndef LOAD_FILE_H
#define LOAD_FILE_H

#include "viewer/load/fields.h"
#include "viewer/load/paths.h"
#include "viewer/load/warn.h"

/* Append the file's processes and events (in the file's order) to the trace. False: no line of it is a trace's, or
 * its format is newer; *err names the file. Lines that cannot be read are warnings. */
bool file_load(struct warner *w, struct store *s, const struct source *source, struct err *err);

#endif
