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

#endif
