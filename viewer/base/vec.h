/* vec.h: a growing array of pointers or structs, as macros over realloc or over an arena. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>

#include "viewer/base/arena.h"

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

/* The same for an array that lives in the arena, from its first value on, and is never given to vec_free: many small ones cost less
 * there, and no call each to be freed. */
#define vec_push_in(arena, v, value)                                                                                   \
	((v)->count == (v)->room ? vec_grow_in((arena), (void **)&(v)->items, &(v)->room, sizeof *(v)->items)          \
				 : (void)0,                                                                            \
	 (void)((v)->items[(v)->count++] = (value)))

/* Room in the arena for so many values in all. */
#define vec_reserve_in(arena, v, wanted)                                                                               \
	vec_widen_in((arena), (void **)&(v)->items, &(v)->room, (wanted), sizeof *(v)->items)

#define vec_free(v) vec_release((void **)&(v)->items, &(v)->count, &(v)->room)

void vec_grow(void **items, size_t *room, size_t item_size);
void vec_grow_in(struct arena *a, void **items, size_t *room, size_t item_size);
void vec_widen_in(struct arena *a, void **items, size_t *room, size_t wanted, size_t item_size);
void vec_release(void **items, size_t *count, size_t *room);

#endif
