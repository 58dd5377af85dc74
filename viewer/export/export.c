/* export: the formats of other tools, chosen by name or by a file's ending. */
#include "viewer/export/export.h"

#include <string.h>

#include "viewer/base/nearest.h"

static const struct exporter *const exporters[] = {&export_perfetto, &export_pcapng, &export_mermaid};

enum { EXPORTERS = sizeof exporters / sizeof *exporters };

static const struct exporter *by_name(const char *name, struct err *err)
{
	struct nearest near = {.typed = name};

	for (size_t i = 0; i < EXPORTERS; i++) {
		if (strcmp(exporters[i]->name, name) == 0)
			return exporters[i];
		nearest_offer(&near, exporters[i]->name);
	}
	if (near.word)
		err_set(err, "no format `%s`: did you mean `%s`?", name, near.word);
	else
		err_set(err, "no format `%s`: there are perfetto, pcapng and mermaid", name);
	return NULL;
}

static const struct exporter *by_ending(const char *file, struct err *err)
{
	size_t len = strlen(file);

	for (size_t i = 0; i < EXPORTERS; i++) {
		size_t ending = strlen(exporters[i]->ending);

		if (len > ending && strcmp(file + len - ending, exporters[i]->ending) == 0)
			return exporters[i];
	}
	err_set(err, "%s: without --format the format is chosen by the file's ending, one of .json, .pcapng, .md",
		file);
	return NULL;
}

const struct exporter *export_find(const char *name, const char *file, struct err *err)
{
	if (name)
		return by_name(name, err);
	if (file)
		return by_ending(file, err);
	err_set(err, "say in which format: --format=perfetto, pcapng or mermaid, or -o with a file's name");
	return NULL;
}
