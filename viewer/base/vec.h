/* vec.h: a growing array of pointers or structs, as a pair of macros over realloc. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>

/* struct { VEC(struct event *) events; }; start with {0}. */
#define VEC(type)                                                                                                      \
	struct {                                                                                                       \
		type *items;                                                                                           \
		size_t count, room;                                                                                    \
	}

/* Append a value; out of memory ends the program with a message (exit 2). */
#define vec_push(v, value)                                                                                             \
	((v)->count == (v)->room ? vec_grow((void **)&(v)->items, &(v)->room, sizeof *(v)->items) : (void)0,           \
	 (void)((v)->items[(v)->count++] = (value)))

#define vec_free(v) vec_release((void **)&(v)->items, &(v)->count, &(v)->room)

void vec_grow(void **items, size_t *room, size_t item_size);
void vec_release(void **items, size_t *count, size_t *room);

#endif
