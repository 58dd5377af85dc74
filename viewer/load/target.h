/* target.h: what a preloaded library will see of a program, and why not, read from its file. */
#ifndef LOAD_TARGET_H
#define LOAD_TARGET_H

#include "viewer/base/arena.h"
#include "viewer/base/err.h"
#include "viewer/base/vec.h"

/* From good to bad. */
enum target_verdict {
	TARGET_TRACEABLE, /* nothing in the file speaks against it */
	TARGET_PARTLY,    /* some of what it does with sockets goes unseen */
	TARGET_NOT,       /* nothing of it will be seen, or it cannot be started at all */
};

/* A sentence, and what it makes of the verdict. */
struct finding {
	enum target_verdict weight;
	const char *text;
};

struct target {
	struct arena *arena;
	enum target_verdict verdict;  /* the worst of the findings */
	VEC(struct finding) findings; /* in the order in which they were made */
};

/*
 * Look at the program at `path`: of a script, at what runs it. `shim` is the library that would be preloaded. The caller
 * calls target_free. NULL: the file cannot be read, *err explains. Text may hold any bytes of the file.
 */
struct target *target_probe(const char *path, const char *shim, struct err *err);
void target_free(struct target *t);

/* Why the verdict is what it is; NULL for a program that is traceable. */
const char *target_reason(const struct target *t);

#endif
