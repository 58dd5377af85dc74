/* symbols.h: what the dynamic linker has loaded: the functions of the objects behind us, and our own name. */
#ifndef PRELOAD_SYMBOLS_H
#define PRELOAD_SYMBOLS_H

#include "preload/wanted.h"

struct symbols {
	void *found[WANTED];  /* NULL: no object behind us has it */
	const void *libc;     /* where it lies: the object of that name, else the first that has socket(); NULL unknown */
	const char *own_name; /* of the file that we are, as the linker was given it; NULL unknown */
};

/* As dlsym(RTLD_NEXT) would find them. For the start only: the dynamic linker's list of objects is read without its lock. *s is all NULL
 * before. */
void symbols_find(struct symbols *s);

#endif
