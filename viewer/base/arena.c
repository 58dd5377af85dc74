/* arena.c: memory that is given back all at once. */
#include "viewer/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"

/* From CHUNK_PAGED on, what a large page leaves over does not matter. */
enum { CHUNK_MIN = 16 << 10, CHUNK_MAX = 32 << 20, CHUNK_PAGED = 2 * MEM_PAGE };

struct chunk {
	struct chunk *next;
	size_t size;
	max_align_t bytes[];
};

struct duty {
	struct duty *next;
	void (*run)(void *);
	void *subject;
};

struct arena {
	struct chunk *chunks;
	struct duty *duties;
	char *at, *end; /* what is left of the newest chunk */
	size_t chunk_size, used;
};

struct arena *arena_new(void)
{
	struct arena *a = mem_zeroed(sizeof *a);

	a->chunk_size = CHUNK_MIN;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct duty *d = a->duties; d; d = d->next)
		d->run(d->subject);
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		mem_drop(c, c->size);
	}
	free(a);
}

/* Of size bytes at least, the head included. */
static struct chunk *chunk_new(size_t size)
{
	struct chunk *c;

	if (size >= CHUNK_PAGED)
		size = (size + MEM_PAGE - 1) / MEM_PAGE * MEM_PAGE;
	c = mem_take(size);
	c->size = size;
	return c;
}

static char *chunk_add(struct arena *a, size_t size)
{
	struct chunk *c = chunk_new(size);

	c->next = a->chunks;
	a->chunks = c;
	return (char *)c->bytes;
}

/* size is a multiple of the alignment. */
static char *take(struct arena *a, size_t size)
{
	char *p;

	if (size > a->chunk_size / 4)
		return chunk_add(a, sizeof(struct chunk) + size);
	if (size > (size_t)(a->end - a->at)) {
		a->at = chunk_add(a, a->chunk_size);
		a->end = a->at + a->chunk_size - sizeof(struct chunk);
		if (a->chunk_size < CHUNK_MAX)
			a->chunk_size *= 2;
	}
	p = a->at;
	a->at += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);

	if (size > SIZE_MAX / 2)
		mem_product(size, 4); /* does not return */
	size = (size + align - 1) / align * align;
	a->used += size;
	return take(a, size ? size : align);
}

char *arena_copy(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	if (len)
		memcpy(p, s, len);
	return p;
}

char *arena_string(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *p;
	int len;

	va_start(ap, format);
	len = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (len < 0)
		len = 0;
	p = arena_alloc(a, (size_t)len + 1);
	va_start(ap, format);
	vsnprintf(p, (size_t)len + 1, format, ap);
	va_end(ap);
	return p;
}

void arena_defer(struct arena *a, void (*run)(void *), void *subject)
{
	struct duty *d = arena_alloc(a, sizeof *d);

	*d = (struct duty){.next = a->duties, .run = run, .subject = subject};
	a->duties = d;
}

static void free_branch(void *subject)
{
	arena_free(subject);
}

struct arena *arena_branch(struct arena *a)
{
	struct arena *branch = arena_new();

	arena_defer(a, free_branch, branch);
	return branch;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
