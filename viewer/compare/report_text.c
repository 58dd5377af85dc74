/* report_text: differences as a person reads them, in the manner of a unified diff. */
#include <inttypes.h>
#include <string.h>

#include "trace/format.h"
#include "viewer/base/escape.h"
#include "viewer/compare/report.h"

enum { SITE_COLUMN = 44 };

#define RED   "\x1b[31m"
#define GREEN "\x1b[32m"
#define BOLD  "\x1b[1m"
#define PLAIN "\x1b[0m"

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* Cells that a line takes are counted as its characters: steps are ASCII but for bytes that were sent. */
static size_t length(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

static void put_line(const struct hunk_line *line, bool color, struct buf *out)
{
	const char *paint = !color ? "" : line->sign == '-' ? RED : line->sign == '+' ? GREEN : "";
	size_t len = length(line->text);

	buf_printf(out, "  %s%c %s%s", paint, line->sign, line->text, *paint ? PLAIN : "");
	if (line->site) {
		buf_fill(out, ' ', len < SITE_COLUMN ? SITE_COLUMN - len : 1);
		buf_printf(out, " %s", line->site);
	}
	buf_puts(out, "\n");
}

static void put_examples(const struct difference *d, struct buf *out)
{
	if (d->a.conn)
		buf_printf(out, "c%u in A%s", d->a.conn, d->b.conn ? ", " : "");
	if (d->b.conn)
		buf_printf(out, "c%u in B", d->b.conn);
	buf_puts(out, "\n");
}

/* "3 of 5 connections to L1, one is c2 in A, c4 in B". How many only one run has stands in its message. */
static void put_where(const struct difference *d, struct buf *out)
{
	if (d->class == CLASS_CONNECTION) {
		buf_puts(out, d->times > 1 ? "  one is " : "  ");
		put_examples(d, out);
		return;
	}
	if (!d->times) {
		if (d->listener)
			buf_printf(out, "  %s\n", d->listener);
		return;
	}
	buf_printf(out, "  %zu of %zu connection%s", d->times, d->of, plural(d->of));
	if (d->listener)
		buf_printf(out, " to %s", d->listener);
	if (d->a.conn || d->b.conn)
		buf_puts(out, d->times > 1 ? ", one is " : ": ");
	put_examples(d, out);
}

void report_difference(const struct comparison *c, const struct difference *d, bool color, struct buf *out)
{
	(void)c;
	buf_printf(out, "%s%s%s: %s%s\n", color ? BOLD : "", class_word(d->class), d->counts ? "" : " (does not count)",
		   d->message, color ? PLAIN : "");
	put_where(d, out);
	for (size_t i = 0; i < d->hunk.count; i++)
		put_line(&d->hunk.items[i], color, out);
}

static void put_counts(const struct comparison *c, size_t counting, struct buf *out)
{
	bool first = true;

	if (!counting)
		return;
	buf_puts(out, " (");
	for (enum difference_class kind = 0; kind < CLASS_COUNT; kind++) {
		size_t count = 0;

		for (size_t i = 0; i < c->differences.count; i++)
			count += c->differences.items[i].counts && c->differences.items[i].class == kind;
		if (!count)
			continue;
		buf_printf(out, "%s%zu %s", first ? "" : ", ", count, class_word(kind));
		first = false;
	}
	buf_puts(out, ")");
}

void report_summary(const struct comparison *c, struct buf *out)
{
	size_t counting = 0;

	for (size_t i = 0; i < c->differences.count; i++)
		counting += c->differences.items[i].counts;
	buf_printf(out, "%s: %zu difference%s", verdict_word(c->verdict), counting, plural(counting));
	put_counts(c, counting, out);
	buf_printf(out, "; %zu of %zu connection%s %s the same\n", c->equal, c->conns[0], plural(c->conns[0]),
		   c->equal == 1 ? "is" : "are");
}

static void put_notes(const struct comparison *c, struct buf *out)
{
	for (size_t i = 0; i < c->doubts.count; i++)
		buf_printf(out, "inconclusive, %s\n", c->doubts.items[i]);
	if (c->followed)
		buf_printf(out, "%zu more follow%s from these and %s left out; --strict tells all\n", c->followed,
			   c->followed == 1 ? "s" : "", c->followed == 1 ? "is" : "are");
	if (c->unseen)
		buf_printf(out,
			   "%" PRIu64 " bytes that were sent were not recorded, so not compared: SOCKTRACE_DATA=%d "
			   "records the most\n",
			   c->unseen, TRACE_DATA_MAX);
}

static void put_name(struct buf *out, const char *sign, char letter, const char *name, size_t conns)
{
	buf_printf(out, "%s %c ", sign, letter);
	escape_bytes(out, name, strlen(name));
	buf_printf(out, ": %zu connection%s\n", conns, plural(conns));
}

static void put_report(const struct report *r, bool color, struct buf *out)
{
	put_name(out, "---", 'A', r->a, r->c->conns[0]);
	put_name(out, "+++", 'B', r->b, r->c->conns[1]);
	for (size_t i = 0; i < r->c->differences.count; i++) {
		buf_printf(out, "\n%zu. ", i + 1);
		report_difference(r->c, &r->c->differences.items[i], color, out);
	}
	buf_puts(out, r->c->differences.count ? "\n" : "");
	put_notes(r->c, out);
	report_summary(r->c, out);
}

void report_text(const struct report *reports, size_t count, bool color, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		buf_puts(out, i ? "\n" : "");
		put_report(&reports[i], color, out);
	}
}
