/* results.h: what came back from a call. */
#ifndef PRELOAD_RESULTS_H
#define PRELOAD_RESULTS_H

#include "preload/json.h"
#include "preload/record.h"

/* Everything after `ret` and `err`. */
void results_put(struct json *j, const struct frame *f, long ret, int err);

#endif
