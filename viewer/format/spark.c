/* spark: a row of bars, one character each. */
#include "viewer/format/spark.h"

enum { BARS = GLYPH_BAR_8 - GLYPH_BAR_1 + 1 };

static uint64_t value_of(const uint64_t *values, size_t count, enum spark_kind kind)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = kind == SPARK_SUM ? value + values[i] : values[i] > value ? values[i] : value;
	return value;
}

uint64_t spark_draw(struct canvas *row, unsigned x, unsigned width, const uint64_t *values, size_t slots,
		    enum spark_kind kind, enum tone tone)
{
	size_t each = slots / width;
	uint64_t highest = 0;

	for (unsigned i = 0; i < width; i++) {
		uint64_t value = value_of(values + i * each, each, kind);

		highest = value > highest ? value : highest;
	}
	for (unsigned i = 0; i < width; i++) {
		uint64_t value = value_of(values + i * each, each, kind);
		/* The lowest bar is for anything at all, the highest for the highest. */
		double bar = highest > 1 ? (double)(value - 1) / (double)(highest - 1) * (BARS - 1) : BARS - 1;

		if (value)
			canvas_glyph(row, x + i, 0, GLYPH_BAR_1 + (unsigned)(bar + 0.5), tone);
		else
			canvas_glyph(row, x + i, 0, GLYPH_IDLE, TONE_DIM);
	}
	return highest;
}
