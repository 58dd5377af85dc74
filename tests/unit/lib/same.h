/* same.h: whether two ways of reading a line came to the same. */
#ifndef TESTS_SAME_H
#define TESTS_SAME_H

#include "viewer/model/event.h"

/* What differs between two events of one line, "ret"; NULL: nothing. */
const char *same_event(const struct event *a, const struct event *b);

#endif
