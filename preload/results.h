/* results.h: what a call that returned has changed, and what came back from it. */
#ifndef PRELOAD_RESULTS_H
#define PRELOAD_RESULTS_H

#include "preload/json.h"
#include "preload/record.h"

/* Bring the table of descriptors up to date. */
void results_note(struct frame *f, long ret);

/* Everything after `ret` and `err`. */
void results_put(struct json *j, const struct frame *f, long ret, int err);

#endif
