/* symbols.h: find functions of the objects behind us, as dlsym(RTLD_NEXT) does, for a third of its instructions. */
#ifndef PRELOAD_SYMBOLS_H
#define PRELOAD_SYMBOLS_H

#include <stdint.h>

struct symbol {
	const char *name;
	void *found;      /* NULL: no object behind us has it */
	const void *base; /* of the object that has it, NULL unknown */
	uint32_t hash;    /* for symbols_find */
};

/* Find all of them. For the start only: it asks the dynamic linker for its objects, which takes its lock. */
void symbols_find(struct symbol *wanted, int count);

#endif
