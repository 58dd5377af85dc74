/* report: the formats by name. */
#include "viewer/compare/report.h"

const struct report_format report_formats[] = {
	{"text", false, report_text},
	{"json", false, report_json},
	{"junit", false, report_junit},
	{"gradescope", true, report_gradescope},
};
const char report_format_words[] = "text|json|junit|gradescope";
