/* report.h: comparisons written down: for people, for scripts, for build servers, for Gradescope. */
#ifndef COMPARE_REPORT_H
#define COMPARE_REPORT_H

#include "viewer/compare/compare.h"

/* One comparison, with the names of what was compared as the user typed them. */
struct report {
	const char *a, *b;
	const struct comparison *c;
};

/* How one is written, and what is written around several. All output is fit to print, whatever the traces hold. */
struct report_format {
	const char *name;
	bool only_one; /* a document holds one comparison */
	void (*write)(const struct report *reports, size_t count, bool color, struct buf *out);
};

/* text, json, junit, gradescope. */
extern const struct report_format report_formats[];
extern const char report_format_words[]; /* "text|json|..." */

void report_text(const struct report *reports, size_t count, bool color, struct buf *out);
void report_json(const struct report *reports, size_t count, bool color, struct buf *out);
void report_junit(const struct report *reports, size_t count, bool color, struct buf *out);
void report_gradescope(const struct report *reports, size_t count, bool color, struct buf *out);

/* Parts of the text: a difference without its number; the line at the end. */
void report_difference(const struct comparison *c, const struct difference *d, bool color, struct buf *out);
void report_summary(const struct comparison *c, struct buf *out);

/* Whether a class can fail: it is not ignored, and no mere information. */
bool report_has_class(const struct comparison *c, enum difference_class class);

/* Append a document of JSON, with json-c's flags, and give it back. */
struct json_object;
void report_document(struct json_object *o, int flags, struct buf *out);

#endif
