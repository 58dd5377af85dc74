/* texts.h: the paths, hosts and arguments that a call is given. */
#ifndef PRELOAD_TEXTS_H
#define PRELOAD_TEXTS_H

#include "preload/json.h"
#include "preload/record.h"

/* Argument i as JSON: null where it is NULL, nothing where it cannot be read. */
void texts_put_string(struct json *j, const struct frame *f, int i);
void texts_put_argv(struct json *j, const struct frame *f, int i);
void texts_put_hints(struct json *j, const struct frame *f, int i);

#endif
