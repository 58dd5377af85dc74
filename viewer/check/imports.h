/* imports.h: what a traced program could have called. */
#ifndef CHECK_IMPORTS_H
#define CHECK_IMPORTS_H

#include "viewer/model/model.h"

enum imports {
	IMPORTS_UNKNOWN, /* its file is not there, was built anew, or has libraries of its own that may call for it */
	IMPORTS_NONE,
	IMPORTS_SOME,
};

/* Whether the program that made this call can make one of these, by name, NULL at the end: `syscall` and what dlsym finds
 * count as any. */
enum imports imports_of(struct trace *t, const struct event *e, const char *const *names);

/* A plain program that can have the kernel wake it by a signal, and take that: so it may limit how long the call waits, and no line
 * says so. What can call anything, as an interpreter, is not one. */
bool imports_alarm(struct trace *t, const struct event *e);

#endif
