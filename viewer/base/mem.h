/* mem.h: what happens when memory runs out: a message and exit status 2. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* realloc (p may be NULL) and calloc that do not fail. The caller frees. */
void *mem_resize(void *p, size_t size);
void *mem_zeroed(size_t size);

/* count * item_size, or the end of the program where that overflows. */
size_t mem_product(size_t count, size_t item_size);

#endif
