/* tell.h: the forms in which a verdict is told. */
#ifndef VERDICT_TELL_H
#define VERDICT_TELL_H

#include "viewer/base/buf.h"
#include "viewer/format/look.h"
#include "viewer/verdict/verdict.h"

void tell_text(const struct verdict *v, const struct look *look, struct buf *out);

void tell_json(const struct verdict *v, struct buf *out);

/* The rules, a line each. */
void tell_rules(const struct look *look, struct buf *out);

/* A page of docs/mistakes as text for a terminal. */
void tell_page(const char *markdown, const struct look *look, struct buf *out);

#endif
