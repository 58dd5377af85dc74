/* mem.c: the one place where the viewer runs out of memory. */
#include "viewer/base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { MEM_SMALL_PAGE = 4096 };

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

/* The kernel aligns to small pages: what stands over on either side is given back. */
void *mem_map(size_t size)
{
	char *p = mmap(NULL, size + MEM_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;

	checked(p == MAP_FAILED ? NULL : p);
	before = -(uintptr_t)p % MEM_PAGE;
	if (before)
		munmap(p, before);
	munmap(p + before + size, MEM_PAGE - before);
	madvise(p + before, size, MADV_HUGEPAGE);
	return p + before;
}

void mem_unmap(void *p, size_t size)
{
	munmap(p, size);
}

void *mem_take(size_t size)
{
	return size % MEM_PAGE ? mem_zeroed(size) : mem_map(size);
}

void mem_drop(void *p, size_t size)
{
	if (p && size % MEM_PAGE == 0)
		mem_unmap(p, size);
	else
		free(p);
}

void mem_have_ready(size_t size)
{
	char *p;

	/* From what the heap grows by, and not given back when it is freed below. */
	mallopt(M_MMAP_THRESHOLD, (int)size);
	mallopt(M_TRIM_THRESHOLD, (int)size * 2);
	p = malloc(size - MEM_SMALL_PAGE);
	if (p) {
		char *from = p + (-(uintptr_t)p % MEM_SMALL_PAGE);

		/* A kernel before 5.14 does not know how: then each page has its fault. */
		madvise(from, (size_t)(p + size - 2 * MEM_SMALL_PAGE - from), MADV_POPULATE_WRITE);
	}
	free(p);
}

size_t mem_product(size_t count, size_t item_size)
{
	size_t size;

	if (__builtin_mul_overflow(count, item_size, &size))
		checked(NULL);
	return size;
}
