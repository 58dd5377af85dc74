/* look.h: how an output is wanted. */
#ifndef FORMAT_LOOK_H
#define FORMAT_LOOK_H

#include <stdbool.h>

struct look {
	unsigned width; /* in cells, 72 or more */
	bool ascii;
	bool color;
	bool inside; /* SVG: part of a page that has svg_style and svg_heads */
};

#endif
