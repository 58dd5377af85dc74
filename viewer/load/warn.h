/* warn.h: what could not be read, without flooding anybody. */
#ifndef LOAD_WARN_H
#define LOAD_WARN_H

#include "viewer/model/model.h"

enum { WARN_KEPT = 20 };

struct warner {
	struct trace *t;
	size_t count; /* all of them, kept or not */
};

void warn_add(struct warner *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Say how many were not kept. */
void warn_finish(struct warner *w);

#endif
