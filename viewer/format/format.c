/* format: the outputs, chosen by name or by a file's ending. */
#include "viewer/format/format.h"

#include <string.h>

#include "viewer/base/nearest.h"

#define PICTURES                                                                                                       \
	.wide = true, .ladder = svg_ladder, .overview = svg_overview, .diagram = svg_diagram, .frames = svg_frames,    \
	.outline = svg_outline, .stats = svg_stats, .cells = svg_cells

static const struct format formats[] = {
	{
		.name = "text",
		.ending = ".txt",
		.ladder = text_ladder,
		.overview = text_overview,
		.diagram = text_diagram,
		.frames = text_frames,
		.outline = text_outline,
		.stats = text_stats,
		.cells = text_cells,
	},
	{
		.name = "svg",
		.ending = ".svg",
		PICTURES,
	},
	{
		.name = "png",
		.ending = ".png",
		.convert = "png",
		PICTURES,
	},
	{
		.name = "pdf",
		.ending = ".pdf",
		.convert = "pdf",
		PICTURES,
	},
	{
		.name = "json",
		.ending = ".json",
		.wide = true,
		.ladder = json_ladder,
		.overview = json_overview,
		.diagram = json_diagram,
		.frames = json_frames,
		.outline = json_outline,
		.stats = json_stats,
		.cells = json_cells,
	},
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

static const struct format *by_name(const char *name, struct err *err)
{
	struct nearest near = {.typed = name};
	struct buf known = {0};

	for (size_t i = 0; i < FORMATS; i++) {
		if (strcmp(formats[i].name, name) == 0) {
			buf_free(&known);
			return &formats[i];
		}
		nearest_offer(&near, formats[i].name);
		buf_printf(&known, "%s%s", i ? ", " : "", formats[i].name);
	}
	if (near.word)
		err_set(err, "no format `%s`: did you mean `%s`?", name, near.word);
	else
		err_set(err, "no format `%s`: there are %s", name, known.bytes);
	buf_free(&known);
	return NULL;
}

static const struct format *by_ending(const char *file, struct err *err)
{
	size_t len = strlen(file);
	struct buf known = {0};

	for (size_t i = 0; i < FORMATS; i++) {
		size_t ending = strlen(formats[i].ending);

		if (len > ending && strcmp(file + len - ending, formats[i].ending) == 0) {
			buf_free(&known);
			return &formats[i];
		}
		buf_printf(&known, "%s%s", i ? ", " : "", formats[i].ending);
	}
	err_set(err, "%s: without --format the format is chosen by the file's ending, one of %s", file, known.bytes);
	buf_free(&known);
	return NULL;
}

const struct format *format_find(const char *name, const char *file, struct err *err)
{
	if (name)
		return by_name(name, err);
	return file ? by_ending(file, err) : &formats[0];
}
