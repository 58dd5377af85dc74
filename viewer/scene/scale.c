/* scale: rows as far from each other as they are apart in time, within bounds. */
#include "viewer/scene/scale.h"

#include "viewer/scene/words.h"

enum {
	SPACE_MOST = 10, /* lines: more is not seen to be more */
	LINES_LEAST = 40,
};

#define UNIT_MOST_NS 1000000000000

static unsigned space_of(const struct row *row, uint64_t unit_ns)
{
	uint64_t space = row->kind == ROW_STEP ? row->since_ns / unit_ns : 0;

	return space < SPACE_MOST ? (unsigned)space : SPACE_MOST;
}

/* Whether few rows are farther apart than can be drawn, and not too much of the picture is empty. */
static bool fits(const struct ladder *l, uint64_t unit_ns)
{
	size_t lines = 0, spaced = 0, cut = 0, most = l->rows.count > LINES_LEAST ? l->rows.count : LINES_LEAST;

	for (size_t i = 1; i < l->rows.count; i++) {
		unsigned space = space_of(&l->rows.items[i], unit_ns);

		lines += space;
		spaced += space > 0;
		cut += l->rows.items[i].kind == ROW_STEP && l->rows.items[i].since_ns / unit_ns > SPACE_MOST;
	}
	return lines <= most && cut <= 1 + spaced / 10;
}

/* The least of 1, 2, 5, 10... microseconds that fits. */
static uint64_t find_unit(const struct ladder *l)
{
	static const unsigned steps[] = {1, 2, 5};

	for (uint64_t power = 1000; power < UNIT_MOST_NS; power *= 10)
		for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
			if (fits(l, power * steps[i]))
				return power * steps[i];
	return UNIT_MOST_NS;
}

/* A step's titles stand at its own time: the space is before them. */
static size_t first_of_step(const struct ladder *l, size_t row)
{
	while (row > 1 && (l->rows.items[row - 1].kind == ROW_BAND ||
			   (l->rows.items[row - 1].kind == ROW_NOTE && l->rows.items[row - 1].ncells)))
		row--;
	return row;
}

void scale_rows(struct ladder *l)
{
	l->unit_ns = find_unit(l);
	for (size_t i = 1; i < l->rows.count; i++)
		l->rows.items[first_of_step(l, i)].space += space_of(&l->rows.items[i], l->unit_ns);
	vec_push(&l->preface.lines, arena_printf(l->arena, "An empty line is %s; more than %u of them are not drawn",
						 words_duration(l->arena, l->unit_ns), SPACE_MOST));
}
