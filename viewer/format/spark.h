/* spark.h: a row of bars, one character each. */
#ifndef FORMAT_SPARK_H
#define FORMAT_SPARK_H

#include <stddef.h>
#include <stdint.h>

#include "viewer/format/canvas.h"

/* Draw `slots` values from (x, 0) in exactly `width` cells, which must divide `slots`; a cell shows the sum, or the most, of its
 * slots, against the highest cell. Nothing at all is a dot. Returns the highest. */
enum spark_kind { SPARK_SUM, SPARK_MOST };
uint64_t spark_draw(struct canvas *row, unsigned x, unsigned width, const uint64_t *values, size_t slots,
		    enum spark_kind kind, enum tone tone);

#endif
