/* warn.c: what could not be read, without flooding anybody. */
#include "viewer/load/warn.h"

#include <stdarg.h>
#include <stdio.h>

void warn_add(struct warner *w, const char *format, ...)
{
	char text[1024];
	va_list ap;

	if (w->count++ >= WARN_KEPT)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	vec_push(&w->t->warnings, arena_string(w->t->arena, text));
}

void warn_finish(struct warner *w)
{
	if (w->count > WARN_KEPT)
		vec_push(&w->t->warnings, arena_printf(w->t->arena, "and %zu more", w->count - WARN_KEPT));
}
