/* work.h: pieces of work that do not depend on each other, side by side on the processors that there are. */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stddef.h>

/* The processors that this program may use. */
size_t work_processors(void);

/* From now on this process's work is done by the caller alone: others beside it have the other processors. */
void work_alone(void);

/* How many workers there will be for so many pieces. */
size_t work_width(size_t pieces);

/* Call run(context, worker, piece) once for each piece below `pieces`, by workers 0 to work_width() - 1, each a thread that
 * takes the next piece when it is done with one; the caller is one of them. Returns when all are done. Which worker gets
 * which piece is chance: what comes out must not depend on it. */
void work_each(size_t pieces, void (*run)(void *context, size_t worker, size_t piece), void *context);

/* The same for count items, at_a_time of them to a piece: run is told which, from..to without `to`. */
void work_ranges(size_t count, size_t at_a_time, void (*run)(void *context, size_t worker, size_t from, size_t to),
		 void *context);

/* How many pieces these are. */
static inline size_t work_pieces(size_t count, size_t at_a_time)
{
	return (count + at_a_time - 1) / at_a_time;
}

#endif
