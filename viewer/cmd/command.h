/* command.h: what a command is. A file in cmd/ ends in `const struct command cmd_NAME`; the folder is the registry. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "viewer/base/options.h"
#include "viewer/format/format.h"
#include "viewer/format/output.h"
#include "viewer/load/load.h"
#include "viewer/model/model.h"

enum { STATUS_FINE = 0, STATUS_USAGE = 2 };

/* What the options say that drawing commands share. */
struct shared {
	const struct output *output;
	const struct load_options *load;
};

/* A line to type, and what it does. */
struct example {
	const char *line, *words;
};

/* A command draws a trace, which main loads and writes for it, or judges traces, or runs by itself. */
struct command {
	const char *name;
	const char *operands;           /* "[TRACE...]", in the usage line */
	const char *summary;            /* one line, without a full stop */
	const char *about;              /* what its own help says below */
	const struct example *examples; /* ended by a row without a line; NULL */
	const struct option *options;   /* its own, beside those that every drawing command has; NULL */

	/* Append the picture to *out in that format. False: *err explains. */
	bool (*draw)(struct trace *t, const struct format *format, const struct look *look, struct buf *out,
		     struct err *err);
	const bool *follow; /* set: draw again while the trace grows; NULL: this command cannot */

	/* argv: what the options left, NULL at its end. Returns the exit status; -1: *err explains, status 2. */
	int (*run)(int argc, char **argv, struct err *err);

	/* The same, for what loads and writes by itself and yet has the options that drawing commands share. */
	int (*judge)(int argc, char **argv, const struct shared *shared, struct err *err);
	bool leading; /* the options end at the first word: what follows is another program's */
};

/* All commands by name, NULL at the end. */
extern const struct command *const commands[];

/* Append the help of one command, or of all with NULL. */
void command_help(const struct command *command, struct buf *out);

/* The options that a command has beside its own; where both have one of a name, its own counts. */
const struct option *command_shared_options(const struct command *c);

/* viewer/manual.c, viewer/complete.c: append the manual page in mdoc(7), the words that a shell may complete, one a line
 * with its kind before it; of one command, or of all with NULL. */
void command_manual(const struct command *command, struct buf *out);
void command_complete(const struct command *command, struct buf *out);

/* The command of that name. NULL: *err names the nearest. */
const struct command *command_find(const char *name, struct err *err);

/* The number of a connection by its name, "c2" or "2". 0: *err says which there are. */
unsigned command_conn(const struct trace *t, const char *name, struct err *err);

#endif
