/* mem.c: the one place where the viewer runs out of memory. */
#include "viewer/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

static void *checked(void *p)
{
	if (p)
		return p;
	fputs("socktrace: out of memory\n", stderr);
	exit(2);
}

void *mem_resize(void *p, size_t size)
{
	return checked(realloc(p, size ? size : 1));
}

void *mem_zeroed(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

size_t mem_product(size_t count, size_t item_size)
{
	size_t size;

	if (__builtin_mul_overflow(count, item_size, &size))
		checked(NULL);
	return size;
}
