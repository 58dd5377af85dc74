/* page.h: a report: one HTML file with pictures, calls and mistakes of a trace, or of two beside each other. For cmd/report.c. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "viewer/base/buf.h"
#include "viewer/check/check.h"
#include "viewer/scene/call_rows.h"

struct comparison; /* of compare/compare.h, whose `enum verdict` is not check's */

/* A trace in the page. */
struct page_run {
	const char *name; /* as it was typed */
	char letter;      /* 'A' or 'B' of two; 0: it is alone */
	struct trace *trace;
	struct findings *findings;
	struct call_rows calls;
	size_t first; /* calls are numbered through the page: so many come before its own */
};

struct page {
	struct page_run runs[2];
	unsigned count;
	const struct comparison *comparison; /* of the two; NULL */
};

/* Append the page. What comes from the traces is escaped; it loads nothing, and its policy lets no script but its own run. */
void page_write(struct page *p, struct buf *out);

/* The parts, each a section or several. */
void page_comparison(const struct page *p, struct buf *out);
void page_mistakes(const struct page *p, struct buf *out);
void page_pictures(const struct page *p, struct buf *out);
void page_calls(const struct page *p, struct buf *out);
void page_data(const struct page *p, struct buf *out); /* what the script reads */

/* The files of this folder that go into the page. */
void page_style(struct buf *out);
void page_script(struct buf *out);

/* Text between tags or in an attribute; what is longer than a screen is cut. */
void page_text(struct buf *out, const char *text);

/* The same limit for what is no HTML; a copy in the arena where it cuts. NULL stays NULL. */
const char *page_cut(struct arena *a, const char *text, size_t most);

/* A link to a call: "#17". */
void page_link(const struct page_run *run, const struct event *e, struct buf *out);

/* "A: ", or nothing where there is one trace only. */
void page_letter(const struct page_run *run, struct buf *out);

#endif
