/* report_junit: comparisons as the XML that build servers read: a suite for each, a case for each class. */
#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/xml.h"
#include "viewer/compare/report.h"

static void put_name(struct buf *out, const char *name)
{
	struct buf clean = {0};

	escape_bytes(&clean, name, strlen(name));
	xml_put(out, clean.bytes ? clean.bytes : "");
	buf_free(&clean);
}

static bool is_failure(const struct difference *d, enum difference_class kind)
{
	return d->class == kind && d->counts;
}

static size_t failures_of(const struct comparison *c, enum difference_class kind)
{
	size_t count = 0;

	for (size_t i = 0; i < c->differences.count; i++)
		count += is_failure(&c->differences.items[i], kind);
	return count;
}

/* A case holds one result: the first difference is its message, all of them are its text. */
static void put_failure(const struct comparison *c, enum difference_class kind, const char *element, struct buf *out)
{
	struct buf text = {0};
	const char *first = NULL;

	for (size_t i = 0; i < c->differences.count; i++) {
		const struct difference *d = &c->differences.items[i];

		if (!is_failure(d, kind))
			continue;
		first = first ? first : d->message;
		report_difference(c, d, false, &text);
	}
	buf_printf(out, "      <%s message=\"", element);
	xml_put(out, first);
	buf_puts(out, "\">");
	xml_put(out, text.bytes);
	buf_printf(out, "</%s>\n", element);
	buf_free(&text);
}

static void put_case(const struct report *r, enum difference_class kind, struct buf *out)
{
	bool unsure = r->c->verdict == VERDICT_INCONCLUSIVE;

	buf_puts(out, "    <testcase classname=\"socktrace.diff\" name=\"");
	xml_put(out, class_word(kind));
	if (!failures_of(r->c, kind) && !unsure) {
		buf_puts(out, "\"/>\n");
		return;
	}
	buf_puts(out, "\">\n");
	if (unsure)
		buf_puts(out, "      <skipped message=\"inconclusive\"/>\n");
	else
		put_failure(r->c, kind, "failure", out);
	buf_puts(out, "    </testcase>\n");
}

static void put_suite(const struct report *r, struct buf *out)
{
	size_t cases = 0, failures = 0;
	bool unsure = r->c->verdict == VERDICT_INCONCLUSIVE;

	for (enum difference_class kind = 0; kind < CLASS_COUNT; kind++) {
		if (!report_has_class(r->c, kind))
			continue;
		cases++;
		failures += failures_of(r->c, kind) > 0;
	}
	buf_puts(out, "  <testsuite name=\"");
	put_name(out, r->b);
	buf_puts(out, " against ");
	put_name(out, r->a);
	buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", cases,
		   unsure ? 0 : failures, unsure ? cases : 0);
	for (enum difference_class kind = 0; kind < CLASS_COUNT; kind++)
		if (report_has_class(r->c, kind))
			put_case(r, kind, out);
	for (size_t i = 0; i < r->c->doubts.count; i++) {
		buf_puts(out, "    <system-out>inconclusive, ");
		xml_put(out, r->c->doubts.items[i]);
		buf_puts(out, "</system-out>\n");
	}
	buf_puts(out, "  </testsuite>\n");
}

void report_junit(const struct report *reports, size_t count, bool color, struct buf *out)
{
	(void)color;
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < count; i++)
		put_suite(&reports[i], out);
	buf_puts(out, "</testsuites>\n");
}
