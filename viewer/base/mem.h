/* mem.h: what happens when memory runs out: a message and exit status 2. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* realloc (p may be NULL) and calloc that do not fail. The caller frees. */
void *mem_resize(void *p, size_t size);
void *mem_zeroed(size_t size);

/* A multiple of MEM_PAGE zeroed bytes, in pages of that size where the kernel has them: with small ones a fault for each costs
 * as much as reading the line that fills it. For mem_unmap. */
enum { MEM_PAGE = 2 << 20 };
void *mem_map(size_t size);
void mem_unmap(void *p, size_t size);

/* By mem_map where that size can be, else by mem_zeroed. The caller gives it back by mem_drop, with its size; p may be NULL. */
void *mem_take(size_t size);
void mem_drop(void *p, size_t size);

/* What malloc gives next, up to about that many bytes, has its pages already, by one call instead of a fault for each. Only a hint: a kernel
 * may not know how. */
void mem_have_ready(size_t size);

/* count * item_size, or the end of the program where that overflows. */
size_t mem_product(size_t count, size_t item_size);

#endif
