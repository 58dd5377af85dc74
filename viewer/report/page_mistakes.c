/* page_mistakes: what `socktrace check` finds, with the pages that explain it. */
#include "viewer/base/xml.h"
#include "viewer/check/rule.h"
#include "viewer/report/page.h"
#include "viewer/verdict/spot.h"
#include "viewer/verdict/tell.h"

static void put_line(struct buf *out, const char *tag, const char *text)
{
	if (!text)
		return;
	buf_printf(out, "<%s>", tag);
	page_text(out, text);
	buf_printf(out, "</%s>\n", tag);
}

/* The rule's page, as `socktrace explain` prints it. */
static void put_page(struct buf *out, const struct rule *rule)
{
	struct look look = {.width = 90};
	struct buf page = {0};

	tell_page(check_page(rule), &look, &page);
	buf_puts(out, "<details><summary>Explain ");
	page_text(out, rule->id);
	buf_puts(out, "</summary>\n<pre tabindex=\"0\">");
	xml_put_n(out, page.bytes, page.len);
	buf_puts(out, "</pre></details>\n");
	buf_free(&page);
}

static void put_finding(struct buf *out, const struct page_run *run, const struct finding *f)
{
	struct verdict v = {.trace = run->trace, .zero_ns = run->calls.zero_ns};
	struct spot spot = spot_of(&v, f);
	size_t number = run->first + call_rows_number(&run->calls, f->at);

	buf_printf(out, "<li class=\"%s\" data-calls=\"%zu\"><h3>", grade_name(f->grade), number);
	page_letter(run, out);
	buf_printf(out, "<span class=\"badge\">%.*s %s</span> ", RULE_SHORT, f->rule->id, grade_name(f->grade));
	page_text(out, f->what);
	buf_puts(out, "</h3>\n<p>");
	page_link(run, f->at, out);
	buf_puts(out, " <code>");
	page_text(out, spot.call);
	buf_puts(out, "</code> ");
	page_text(out, spot.who);
	if (spot.site) {
		buf_puts(out, ", ");
		page_text(out, spot.site);
	}
	buf_puts(out, "</p>\n");
	put_line(out, "pre", spot.source);
	put_line(out, "p", f->cure);
	put_page(out, f->rule);
	buf_puts(out, "</li>\n");
}

static void put_doubt(struct buf *out, const struct doubt *d)
{
	buf_puts(out, "<li>");
	if (d->rule)
		buf_printf(out, "%.*s could not be tried: ", RULE_SHORT, d->rule->id);
	page_text(out, d->why);
	buf_puts(out, "</li>\n");
}

void page_mistakes(const struct page *p, struct buf *out)
{
	size_t findings = 0, doubts = 0;

	buf_puts(out,
		 "<section id=\"mistakes\" aria-labelledby=\"h-mistakes\">\n<h2 id=\"h-mistakes\">Mistakes</h2>\n");
	for (unsigned i = 0; i < p->count; i++) {
		findings += p->runs[i].findings->list.count;
		doubts += p->runs[i].findings->doubts.count;
	}
	if (!findings)
		buf_puts(out, "<p>check finds none.</p>\n");
	buf_puts(out, findings ? "<ul class=\"findings\">\n" : "");
	for (unsigned i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->runs[i].findings->list.count; k++)
			put_finding(out, &p->runs[i], &p->runs[i].findings->list.items[k]);
	buf_puts(out, findings ? "</ul>\n" : "");
	buf_puts(out, doubts ? "<ul class=\"doubts\">\n" : "");
	for (unsigned i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->runs[i].findings->doubts.count; k++)
			put_doubt(out, &p->runs[i].findings->doubts.items[k]);
	buf_puts(out, doubts ? "</ul>\n" : "");
	buf_puts(out, "</section>\n");
}
