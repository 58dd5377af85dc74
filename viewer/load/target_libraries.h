/* target_libraries.h: the libraries that the loader will load with a program. */
#ifndef LOAD_TARGET_LIBRARIES_H
#define LOAD_TARGET_LIBRARIES_H

#include "viewer/base/vec.h"
#include "viewer/load/target_elf.h"

struct library {
	const char *name;         /* as DT_NEEDED has it */
	const char *path;         /* NULL: not found */
	struct target_elf elf;    /* with path NULL empty */
	const struct library *by; /* who needs it first; NULL: the program */
};

/* Start with {0}. */
struct libraries {
	VEC(struct library *) list; /* in the loader's order, each name once */
};

/*
 * Find them as ld.so would: RPATH, LD_LIBRARY_PATH, RUNPATH (with $ORIGIN), ld.so.cache, the standard directories. They
 * live in the arena. Names that need $LIB or $PLATFORM are not found.
 */
void target_libraries(struct arena *a, const char *path, const struct target_elf *program, struct libraries *found);

#endif
