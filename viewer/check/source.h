/* source.h: lines of the source that a traced program was compiled from. */
#ifndef CHECK_SOURCE_H
#define CHECK_SOURCE_H

#include "viewer/model/model.h"

/*
 * The line `lines` below the one where the call was made (above, if negative), without blanks around it, not escaped.
 * NULL where the file is not there, is no C or C++, or was changed after the program was built. In the trace's arena.
 */
const char *source_of_event(struct trace *t, const struct event *e, int lines);

#endif
