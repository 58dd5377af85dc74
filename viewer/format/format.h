/* format.h: the outputs, chosen by name or by a file's ending. */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include "viewer/base/buf.h"
#include "viewer/base/err.h"
#include "viewer/format/look.h"
#include "viewer/scene/cells.h"
#include "viewer/scene/diagram.h"
#include "viewer/scene/frames.h"
#include "viewer/scene/ladder.h"
#include "viewer/scene/outline.h"
#include "viewer/scene/overview.h"
#include "viewer/scene/stats.h"

/* One output: a function per kind of scene. */
struct format {
	const char *name;    /* "svg" */
	const char *ending;  /* ".svg" */
	bool wide;           /* pictures that are not bound to the look's width */
	const char *convert; /* SVG that becomes "png" or "pdf" when it is written; NULL */
	void (*ladder)(const struct ladder *l, const struct look *look, struct buf *out);
	void (*overview)(const struct overview *o, const struct look *look, struct buf *out);
	void (*diagram)(const struct diagram *d, const struct look *look, struct buf *out);
	void (*frames)(const struct frames *f, const struct look *look, struct buf *out);
	void (*outline)(const struct outline *o, const struct look *look, struct buf *out);
	void (*stats)(const struct stats *s, const struct look *look, struct buf *out);
	void (*cells)(const struct cells *c, const struct look *look, struct buf *out);
};

/* The format of that name, else (NULL) for that file, else (NULL too) text. False: *err names those there are. */
const struct format *format_find(const char *name, const char *file, struct err *err);

void text_ladder(const struct ladder *l, const struct look *look, struct buf *out);
void text_overview(const struct overview *o, const struct look *look, struct buf *out);
void text_diagram(const struct diagram *d, const struct look *look, struct buf *out);
void text_frames(const struct frames *f, const struct look *look, struct buf *out);
void text_outline(const struct outline *o, const struct look *look, struct buf *out);
void text_stats(const struct stats *s, const struct look *look, struct buf *out);
void text_cells(const struct cells *c, const struct look *look, struct buf *out);
void svg_ladder(const struct ladder *l, const struct look *look, struct buf *out);
void svg_overview(const struct overview *o, const struct look *look, struct buf *out);
void svg_frames(const struct frames *f, const struct look *look, struct buf *out);
void svg_diagram(const struct diagram *d, const struct look *look, struct buf *out);
void svg_outline(const struct outline *o, const struct look *look, struct buf *out);
void svg_stats(const struct stats *s, const struct look *look, struct buf *out);
void svg_cells(const struct cells *c, const struct look *look, struct buf *out);
void json_ladder(const struct ladder *l, const struct look *look, struct buf *out);
void json_overview(const struct overview *o, const struct look *look, struct buf *out);
void json_frames(const struct frames *f, const struct look *look, struct buf *out);
void json_diagram(const struct diagram *d, const struct look *look, struct buf *out);
void json_outline(const struct outline *o, const struct look *look, struct buf *out);
void json_stats(const struct stats *s, const struct look *look, struct buf *out);
void json_cells(const struct cells *c, const struct look *look, struct buf *out);

/* How many lanes of a ladder fit the look, and how many strands a lane. */
unsigned text_lanes(const struct look *look);
unsigned text_strands(const struct look *look);

/* The same where more than two lanes share the width: with too little room their words would be cut. */
unsigned text_strands_of_many(const struct look *look);

#endif
