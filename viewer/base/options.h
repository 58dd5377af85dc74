/* options.h: command lines read, and explained, from one table. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>

#include "viewer/base/buf.h"
#include "viewer/base/err.h"

enum option_kind {
	OPTION_END,
	OPTION_TRUE,   /* target: bool, set to true */
	OPTION_FALSE,  /* target: bool, set to false */
	OPTION_STRING, /* target: const char * */
	OPTION_LIST, /* the same, of words parted by commas: given again it adds to what it had; until options_forget */
	OPTION_NUMBER, /* target: unsigned; least..most */
	OPTION_CHOICE, /* target: unsigned, the index in choices, words parted by '|' */
};

/* One row is the option, where its value goes, and its line in the help. */
struct option {
	enum option_kind kind;
	const char *name;     /* "width" for --width=N; NULL: only a letter */
	char letter;          /* 'o' for -o FILE; 0: none */
	const char *argument; /* "N"; for a choice the words, "auto|always|never" */
	void *target;
	const char *help; /* NULL: not told */
	unsigned least, most;
};

/*
 * Take the options of up to two tables (either may be NULL) out of argv[0..argc): what is left, in order, moves to its
 * front. "--" ends the options. With `leading`, the first word that is no option ends them too, and stays (`run PROG -x`).
 * Returns how many words are left; -1: *err explains, with the nearest option where one is near.
 */
int options_take(const struct option *table, const struct option *more, bool leading, int argc, char **argv,
		 struct err *err);

/* Give back the memory of lists that were given more than once: their targets are no more. */
void options_forget(void);

/* Append one line of help per row, but for rows that stand in `over` as well (NULL: none do). */
void options_help(struct buf *b, const struct option *table, const struct option *over);

/* Whether the table has an option of that name. */
bool options_have(const struct option *table, const struct option *option);

/* What an option's argument is called, "N"; NULL: it has none. */
const char *options_argument(const struct option *o);

#endif
