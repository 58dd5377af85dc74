/* ladder_lines.h: the lifelines of a timeline of text, with the brackets of waits. For text_ladder.c. */
#ifndef FORMAT_LADDER_LINES_H
#define FORMAT_LADDER_LINES_H

#include "viewer/format/ladder_layout.h"

/* Into the line of a row: a lane's lifeline and brackets, with how long a wait took. `busy`: words cover the lifeline. */
void lines_draw(struct layout *y, unsigned lane, size_t row, bool busy);

/* Into a line below a row, where words of one lane go on; into an empty one before it: those of all lanes. */
void lines_below(struct layout *y, size_t index, unsigned speaking);
void lines_before(struct layout *y, size_t index);

#endif
