/* sort.h: a stable sort of pointers. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>

/* Items for which neither comes before the other keep their order. Sorted input costs one pass, a few sorted pieces one behind
 * the other a few. */
void sort_stable(void *items, size_t count, bool (*before)(const void *a, const void *b));

#endif
