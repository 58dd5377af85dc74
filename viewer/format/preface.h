/* preface.h: the lines above a timeline, in each output. */
#ifndef FORMAT_PREFACE_H
#define FORMAT_PREFACE_H

#include "viewer/base/arena.h"
#include "viewer/base/buf.h"
#include "viewer/format/look.h"
#include "viewer/scene/preface.h"

/* What is longer than a line goes on in the next, indented. An empty line follows. */
void text_preface(const struct preface *p, const struct look *look, struct buf *out);

/* Where the picture below may begin, in pixels. */
double svg_preface_height(const struct preface *p, double width);
void svg_preface(const struct preface *p, double width, struct buf *out);

/* All its lines as one text, for who does not see them. In the arena. */
const char *preface_told(struct arena *a, const struct preface *p);

#endif
