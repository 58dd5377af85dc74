/* vec.c: growing arrays. */
#include "viewer/base/vec.h"

#include <stdlib.h>

#include "viewer/base/mem.h"

void vec_grow(void **items, size_t *room, size_t item_size)
{
	*room = *room ? mem_product(*room, 2) : 8;
	*items = mem_resize(*items, mem_product(*room, item_size));
}

void vec_release(void **items, size_t *count, size_t *room)
{
	free(*items);
	*items = NULL;
	*count = *room = 0;
}
