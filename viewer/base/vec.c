/* vec.c: growing arrays. */
#include "viewer/base/vec.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/base/mem.h"

enum { ROOM_MIN = 8 };

void vec_grow(void **items, size_t *room, size_t item_size)
{
	*room = *room ? mem_product(*room, 2) : ROOM_MIN;
	*items = mem_resize(*items, mem_product(*room, item_size));
}

void vec_widen_in(struct arena *a, void **items, size_t *room, size_t wanted, size_t item_size)
{
	void *wider;

	if (wanted <= *room)
		return;
	wider = arena_alloc(a, mem_product(wanted, item_size));
	if (*room)
		memcpy(wider, *items, *room * item_size);
	*items = wider;
	*room = wanted;
}

void vec_grow_in(struct arena *a, void **items, size_t *room, size_t item_size)
{
	vec_widen_in(a, items, room, *room ? mem_product(*room, 2) : ROOM_MIN, item_size);
}

void vec_release(void **items, size_t *count, size_t *room)
{
	free(*items);
	*items = NULL;
	*count = *room = 0;
}
