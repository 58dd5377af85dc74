/* assign: the Hungarian method, a row at a time by the shortest augmenting path. */
#include "viewer/compare/assign.h"

#include <stdbool.h>
#include <stdlib.h>

#include "viewer/base/mem.h"

/* Columns and rows count from 1: 0 stands for none. */
struct solver {
	const int64_t *cost;
	size_t count;
	int64_t *row_price, *column_price, *slack;
	size_t *row_of; /* by column */
	size_t *before; /* by column: the one before it on the path */
	bool *done;
};

static int64_t rest(const struct solver *s, size_t row, size_t column)
{
	return s->cost[(row - 1) * s->count + column - 1] - s->row_price[row] - s->column_price[column];
}

/* Go on from that column to the nearest one that is not done, and change the prices so that the way there is free. */
static size_t step(struct solver *s, size_t column)
{
	int64_t least = INT64_MAX;
	size_t next = 0;

	s->done[column] = true;
	for (size_t j = 1; j <= s->count; j++) {
		int64_t r;

		if (s->done[j])
			continue;
		r = rest(s, s->row_of[column], j);
		if (r < s->slack[j]) {
			s->slack[j] = r;
			s->before[j] = column;
		}
		if (s->slack[j] < least) {
			least = s->slack[j];
			next = j;
		}
	}
	for (size_t j = 0; j <= s->count; j++) {
		if (s->done[j]) {
			s->row_price[s->row_of[j]] += least;
			s->column_price[j] -= least;
		} else {
			s->slack[j] -= least;
		}
	}
	return next;
}

static void place(struct solver *s, size_t row)
{
	size_t column = 0;

	for (size_t j = 0; j <= s->count; j++) {
		s->slack[j] = INT64_MAX;
		s->done[j] = false;
	}
	s->row_of[0] = row;
	do
		column = step(s, column);
	while (s->row_of[column]);
	for (; column; column = s->before[column])
		s->row_of[column] = s->row_of[s->before[column]];
}

void assign_least(const int64_t *cost, size_t count, size_t *to)
{
	size_t size = count + 1;
	struct solver s = {.cost = cost, .count = count};

	s.row_price = mem_zeroed(mem_product(size, sizeof *s.row_price));
	s.column_price = mem_zeroed(mem_product(size, sizeof *s.column_price));
	s.slack = mem_zeroed(mem_product(size, sizeof *s.slack));
	s.row_of = mem_zeroed(mem_product(size, sizeof *s.row_of));
	s.before = mem_zeroed(mem_product(size, sizeof *s.before));
	s.done = mem_zeroed(mem_product(size, sizeof *s.done));
	for (size_t row = 1; row <= count; row++)
		place(&s, row);
	for (size_t column = 1; column <= count; column++)
		to[s.row_of[column] - 1] = column - 1;
	free(s.row_price);
	free(s.column_price);
	free(s.slack);
	free(s.row_of);
	free(s.before);
	free(s.done);
}
