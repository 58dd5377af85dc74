/* line.h: a call as a line of the trace. */
#ifndef PRELOAD_LINE_H
#define PRELOAD_LINE_H

#include "preload/json.h"
#include "preload/record.h"
#include "preload/slot.h"

/* Write the line of a call that has begun into s->line. Returns its length. */
size_t line_of_pending(struct slot *s, struct frame *f);

/* The same for one that has returned `ret` at end_ns; err is the errno that it set. */
size_t line_of_call(struct slot *s, struct frame *f, uint64_t end_ns, long ret, int err);

/* Parts of a line, for memo.c to keep: `,"tid":...,"call":...`, `,"args":{...}`, and `,"pc":...}` with the newline. */
char *line_put_caller(char *p, const struct frame *f);
void line_put_args(struct json *j, const struct frame *f);
char *line_put_site(char *p, const struct frame *f);

#endif
