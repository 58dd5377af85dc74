/* sort.h: stable sorts of pointers. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Items for which neither comes before the other keep their order. Sorted input costs one pass, a few sorted pieces one behind
 * the other a few. */
void sort_stable(void *items, size_t count, bool (*before)(const void *a, const void *b));

/* The same by a number that each item has, the smallest first: for many, as the processors that there are share the work. The
 * number is asked for in several threads at once. */
void sort_by_number(void *items, size_t count, uint64_t (*number)(const void *item));

/* How many of the items, which are sorted by that number, have a lower one than `least`: where the first stands that has not. */
size_t sort_below(const void *items, size_t count, uint64_t (*number)(const void *item), uint64_t least);

#endif
