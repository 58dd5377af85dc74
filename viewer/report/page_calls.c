/* page_calls: the table of calls, for those who read without a script; with one, it draws the table that it can filter. */
#include <stdio.h>

#include "viewer/report/page.h"

enum { CHUNK = 500 };

static void put_cell(struct buf *out, const char *text)
{
	buf_puts(out, "<td>");
	if (text)
		page_text(out, text);
}

static void put_row(struct buf *out, const struct page_run *run, size_t number)
{
	struct call_row row;

	call_row_fill(&run->calls, number, &row);
	buf_printf(out, "<tr id=\"call=%zu\"%s><td>%zu<td>%.6f<td>", run->first + number,
		   row.failed ? " class=\"failed\"" : "", run->first + number, (double)row.at_ns / 1e9);
	page_letter(run, out);
	buf_printf(out, "P%u<td>", row.event->proc->index);
	if (row.conn)
		buf_printf(out, "c%u", row.conn);
	put_cell(out, row.phrase.text);
	if (row.phrase.note) {
		buf_puts(out, " <i>");
		page_text(out, row.phrase.note);
		buf_puts(out, "</i>");
	}
	put_cell(out, row.payload);
	put_cell(out, row.source);
	buf_puts(out, "\n");
	call_row_free(&row);
}

#define HEAD                                                                                                           \
	"<table>\n<thead><tr><th scope=\"col\">No.</th><th scope=\"col\">Time, s</th><th scope=\"col\">Process</th>"   \
	"<th scope=\"col\">Conn.</th><th scope=\"col\">Call</th><th scope=\"col\">Bytes</th>"                          \
	"<th scope=\"col\">Source</th></tr></thead>\n<tbody>\n"
#define FOOT "</tbody>\n</table>"

/* A browser lays out at once all of a table, but of several only those in sight. */
static void put_chunk(struct buf *out, const struct page_run *run, size_t first, size_t last)
{
	buf_puts(out, "<div class=\"chunk\">" HEAD);
	for (size_t number = first; number <= last; number++)
		put_row(out, run, number);
	buf_puts(out, FOOT "</div>\n");
}

static void put_run(struct buf *out, const struct page_run *run)
{
	size_t count = run->trace->events.count;

	for (size_t first = 1; first <= count; first += CHUNK)
		put_chunk(out, run, first, first + CHUNK - 1 < count ? first + CHUNK - 1 : count);
}

void page_calls(const struct page *p, struct buf *out)
{
	buf_puts(out, "<section id=\"calls\" aria-labelledby=\"h-calls\">\n<h2 id=\"h-calls\">Calls</h2>\n"
		      "<div id=\"rows\" class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table of calls\" "
		      "hidden>" HEAD FOOT "</div>\n<noscript>\n");
	for (unsigned i = 0; i < p->count; i++)
		put_run(out, &p->runs[i]);
	buf_puts(out, "</noscript>\n</section>\n");
}
