/* quantiles.h: percentiles of very many numbers in little memory. */
#ifndef BASE_QUANTILES_H
#define BASE_QUANTILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viewer/base/vec.h"

/*
 * Up to QUANTILES_EXACT numbers are kept as they are, and every percentile is one of them. From then on they are counted
 * in buckets whose width grows with the number (as in HDR histograms): a percentile is off by at most 1/256 of itself.
 * count, least, most and total are always exact. Start with {0}; the owner calls quantiles_free.
 */
enum { QUANTILES_EXACT = 4096 };

struct quantiles {
	uint64_t count, least, most, total;
	VEC(uint64_t) values; /* none any more once there are buckets */
	uint64_t *buckets;
	bool sorted;
};

void quantiles_add(struct quantiles *q, uint64_t value);

/* The least of the numbers that at least `permille` of a thousand do not exceed (nearest rank); 0 where there are none. */
uint64_t quantiles_at(struct quantiles *q, unsigned permille);

void quantiles_free(struct quantiles *q);

#endif
