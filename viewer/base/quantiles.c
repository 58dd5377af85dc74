/* quantiles: percentiles of very many numbers in little memory. */
#include "viewer/base/quantiles.h"

#include <stdlib.h>

#include "viewer/base/mem.h"

/* Numbers below 2 << PRECISION have a bucket each; beyond, each power of two is split into 1 << PRECISION buckets. */
enum { PRECISION = 7, BUCKETS = (64 - PRECISION + 1) << PRECISION };

static size_t bucket_of(uint64_t value)
{
	unsigned shift = value >> PRECISION ? 63 - PRECISION - (unsigned)__builtin_clzll(value) : 0;

	return ((size_t)shift << PRECISION) + (size_t)(value >> shift);
}

/* The middle of a bucket. */
static uint64_t value_of(size_t bucket)
{
	unsigned shift = bucket >> PRECISION ? (unsigned)(bucket >> PRECISION) - 1 : 0;
	uint64_t lowest = (uint64_t)(bucket - ((size_t)shift << PRECISION)) << shift;

	return lowest + ((uint64_t)1 << shift) / 2;
}

static void pour(struct quantiles *q)
{
	q->buckets = mem_zeroed(mem_product(BUCKETS, sizeof *q->buckets));
	for (size_t i = 0; i < q->values.count; i++)
		q->buckets[bucket_of(q->values.items[i])]++;
	vec_free(&q->values);
}

void quantiles_add(struct quantiles *q, uint64_t value)
{
	if (q->count == 0 || value < q->least)
		q->least = value;
	if (value > q->most)
		q->most = value;
	q->total += value;
	q->count++;
	if (q->buckets) {
		q->buckets[bucket_of(value)]++;
		return;
	}
	vec_push(&q->values, value);
	q->sorted = false;
	if (q->values.count > QUANTILES_EXACT)
		pour(q);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t within(const struct quantiles *q, uint64_t value)
{
	return value < q->least ? q->least : value > q->most ? q->most : value;
}

uint64_t quantiles_at(struct quantiles *q, unsigned permille)
{
	uint64_t rank = (q->count * permille + 999) / 1000, seen = 0;

	if (q->count == 0)
		return 0;
	if (rank == 0)
		rank = 1;
	if (q->buckets) {
		for (size_t i = 0; i < BUCKETS; i++)
			if ((seen += q->buckets[i]) >= rank)
				return within(q, value_of(i));
		return q->most;
	}
	if (!q->sorted)
		qsort(q->values.items, q->values.count, sizeof *q->values.items, by_size);
	q->sorted = true;
	return q->values.items[rank - 1];
}

void quantiles_free(struct quantiles *q)
{
	vec_free(&q->values);
	free(q->buckets);
	q->buckets = NULL;
}
