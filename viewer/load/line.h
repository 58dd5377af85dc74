/* line.h: one line of JSON to one event. */
#ifndef LOAD_LINE_H
#define LOAD_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "viewer/base/err.h"
#include "viewer/load/fields.h"
#include "viewer/model/model.h"

enum line_kind {
	LINE_EVENT,   /* *ev was filled */
	LINE_PROCESS, /* *proc was filled: the first line of a trace */
	LINE_MODULE,  /* *module was filled */
	LINE_OTHER,   /* pad, or an `ev` that this version does not know */
	LINE_NEWER,   /* the first line of a trace whose format this version does not read; *err explains */
	LINE_BAD,     /* *err explains */
};

/* Parse one line without its newline. What is filled lives in the store's arena, or points into the line, which must outlive it. */
enum line_kind load_line(struct store *s, const char *line, size_t len, struct event *ev, struct process *proc,
			 struct module *module, struct err *err);

/* The same by json-c alone. What strict_read takes must come out equal. */
enum line_kind load_line_parsed(struct store *s, const char *line, size_t len, struct event *ev, struct process *proc,
				struct module *module, struct err *err);

#endif
