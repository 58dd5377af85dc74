/* selects.h: what a select waits for, and what was ready. */
#ifndef PRELOAD_SELECTS_H
#define PRELOAD_SELECTS_H

#include <stdbool.h>

#include "preload/json.h"
#include "preload/record.h"

/* Is a socket among them? Fills in the frame's sets and timeout. */
bool selects_wants(struct frame *f);

/* Those that are ready, into a list. Returns how many it has told. */
int selects_put(struct json *j, const struct frame *f);

/* Its arguments. */
void selects_put_set(struct json *j, const struct frame *f, int i);
void selects_put_timeval(struct json *j, const struct frame *f, int i);

#endif
