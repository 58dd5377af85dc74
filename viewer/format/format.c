/* format: the outputs, chosen by a file's ending. */
#include "viewer/format/format.h"

#include <stdio.h>
#include <string.h>

static const struct format formats[] = {
	{".txt", false, text_ladder, text_overview, text_diagram, text_outline, text_stats, text_cells},
	{".svg", true, svg_ladder, svg_overview, svg_diagram, NULL, NULL, NULL},
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

const struct format *format_find(const char *file, struct err *err)
{
	size_t len = file ? strlen(file) : 0;
	char known[64] = "";

	if (!file)
		return &formats[0];
	for (size_t i = 0; i < FORMATS; i++) {
		size_t ending = strlen(formats[i].ending);

		if (len > ending && strcmp(file + len - ending, formats[i].ending) == 0)
			return &formats[i];
		snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "", formats[i].ending);
	}
	err_set(err, "%s: the format is chosen by the file's ending, one of %s", file, known);
	return NULL;
}
