/* report: the formats by name. */
#include "viewer/compare/report.h"

const struct report_format report_formats[] = {
	{"text", false, report_text},
	{"json", false, report_json},
	{"junit", false, report_junit},
	{"gradescope", true, report_gradescope},
};
const char report_format_words[] = "text|json|junit|gradescope";

bool report_has_class(const struct comparison *c, enum difference_class class)
{
	bool informs = class == CLASS_CHUNKING || class == CLASS_TIMING;

	return !c->options.ignored[class] && (!informs || c->options.strict);
}
