/* paragraph.h: words on as many lines as they need. */
#ifndef FORMAT_PARAGRAPH_H
#define FORMAT_PARAGRAPH_H

#include "viewer/format/canvas.h"

/* Print text from column `first`, broken at blanks; its later lines begin at column `rest`. A word wider than a line is cut. */
void paragraph(struct buf *out, const struct look *look, unsigned first, unsigned rest, const char *text,
	       enum tone tone);

#endif
