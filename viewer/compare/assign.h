/* assign.h: who goes with whom at the least cost. */
#ifndef COMPARE_ASSIGN_H
#define COMPARE_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

/*
 * cost[i * count + j] of giving row i column j, all of them below 2^40; to[i] becomes the column of row i, at the least
 * sum (Kuhn 1955, with the potentials of Jonker and Volgenant). Takes the cube of count. Equal input gives equal output.
 */
void assign_least(const int64_t *cost, size_t count, size_t *to);

#endif
