/* output.h: where a picture goes: a file, a terminal through a pager, a pipe. */
#ifndef FORMAT_OUTPUT_H
#define FORMAT_OUTPUT_H

#include <stdbool.h>

#include "viewer/base/buf.h"
#include "viewer/base/err.h"
#include "viewer/format/look.h"

enum output_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

enum { WIDTH_LEAST = 72, WIDTH_MOST = 1000 };

struct output {
	const char *file;        /* NULL: standard output */
	unsigned width;          /* 0: the terminal's, else COLUMNS, else 80 */
	enum output_color color; /* automatic: on a terminal, unless NO_COLOR is set */
	bool ascii;              /* even where the locale has UTF-8 */
	bool no_pager;
	const char *convert; /* what is written is SVG and becomes "png" or "pdf"; NULL: it stays what it is */
};

struct look output_look(const struct output *o);

/* Write it all. A reader that went away is no error. False: *err names the file. */
bool output_write(const struct output *o, const struct buf *text, struct err *err);

#endif
