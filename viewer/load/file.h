/* file.h: one trace file, with what is live of it, into the trace: cut into pieces that threads read, then put together. */
#ifndef LOAD_FILE_H
#define LOAD_FILE_H

#include "viewer/load/live.h"
#include "viewer/load/paths.h"
#include "viewer/load/piece.h"
#include "viewer/load/warn.h"

struct file {
	const struct source *source;
	struct input in;
	struct live live;
	struct err trouble; /* why it was not opened; pieces is empty then */
	bool is_open;
	VEC(struct piece) pieces;
};

/* Open it, and cut it. The bytes live as long as the arena. */
void file_open(struct file *f, struct arena *a, struct store *s, const struct source *source);

/* All pieces have been read: append the file's processes and events (in the file's order) to the trace. False: no line of
 * it is a trace's, or its format is newer; *err names the file. Lines that cannot be read are warnings. */
bool file_take(struct file *f, struct warner *w, struct store *s, struct err *err);

void file_free(struct file *f);

#endif
