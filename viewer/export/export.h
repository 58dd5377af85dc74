/* export.h: a trace in the formats of other tools. A file in export/ ends in one `const struct exporter export_NAME`. */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <stdbool.h>

#include "trace/format.h"
#include "viewer/base/err.h"
#include "viewer/export/sink.h"
#include "viewer/model/model.h"
#include "viewer/scene/choice.h"

struct exporter {
	const char *name;   /* "perfetto" */
	const char *ending; /* ".json": of a file's name, where no format is named */
	bool binary;        /* nothing for a terminal */

	/* Write what is chosen, connections and processes alone, in one pass over what is already sorted. Returns what was
	 * left out, and why, in the trace's arena; NULL: nothing. */
	const char *(*write)(struct trace *t, const struct choice *choice, struct sink *to);
};

extern const struct exporter export_perfetto, export_pcapng, export_mermaid;

/* The exporter of that name, else (NULL) for that file. NULL: *err names those there are. */
const struct exporter *export_find(const char *name, const char *file, struct err *err);

#endif
