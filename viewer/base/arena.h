/* arena.h: memory that is given back all at once. Out of memory ends the program with a message (exit 2). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);

/* size bytes, zeroed, aligned for any type. They live until arena_free. */
void *arena_alloc(struct arena *a, size_t size);

/* A NUL-terminated copy of len bytes; of s; of what printf would print. */
char *arena_copy(struct arena *a, const char *s, size_t len);
char *arena_string(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Call run(subject) when the arena is freed, the latest first: for what an arena's objects hold elsewhere (mappings, arrays). */
void arena_defer(struct arena *a, void (*run)(void *), void *subject);

/* An arena for another thread, freed with this one. */
struct arena *arena_branch(struct arena *a);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

#endif
