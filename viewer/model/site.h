/* site.h: where in the program a call was made. */
#ifndef MODEL_SITE_H
#define MODEL_SITE_H

#include <stdint.h>

struct process;
struct trace;

/* Whatever is unknown is NULL or 0: nothing is guessed. */
struct site {
	const char *function; /* from debug information, else from the symbol table */
	const char *file;     /* as the compiler was given it: "srv.c", "/home/kim/srv.c" */
	int line;
	const char *directory; /* where it was compiled: what a relative `file` begins at */
	const char *object;    /* the path of the executable or library */
	const char *module;    /* its base name */
	uint64_t offset;       /* of the call in that object's file addresses; 0 with module NULL */
};

/* The site of a return address in a process. The file must still have the recorded build id, else only module and
 * offset are given. Answers are kept: asking again costs a look-up. Strings live as long as the trace. */
const struct site *site_find(struct trace *t, const struct process *p, uint64_t pc);

#endif
