/* page_comparison: in what two traces differ. */
#include "viewer/compare/report.h"
#include "viewer/report/page.h"

static void put_hunk(struct buf *out, const struct difference *d)
{
	if (!d->hunk.count)
		return;
	buf_puts(out, "<pre class=\"hunk\" tabindex=\"0\">");
	for (size_t i = 0; i < d->hunk.count; i++) {
		const struct hunk_line *line = &d->hunk.items[i];
		const char *tag = line->sign == '-' ? "del" : line->sign == '+' ? "ins" : "span";

		buf_printf(out, "<%s>%c ", tag, line->sign);
		page_text(out, line->text);
		if (line->site) {
			buf_puts(out, "   <i>");
			page_text(out, line->site);
			buf_puts(out, "</i>");
		}
		buf_printf(out, "</%s>\n", tag);
	}
	buf_puts(out, "</pre>\n");
}

static void put_side(struct buf *out, const struct page_run *run, const struct difference_side *side)
{
	if (!side->event)
		return;
	buf_printf(out, " %c ", run->letter);
	page_link(run, side->event, out);
}

static void put_difference(struct buf *out, const struct page *p, const struct difference *d)
{
	buf_printf(out, "<li class=\"%s\"><h3><span class=\"badge\">%s</span> ", d->counts ? "proved" : "advice",
		   class_word(d->class));
	page_text(out, d->message);
	buf_puts(out, "</h3>\n<p>");
	if (d->times)
		buf_printf(out, "%zu of %zu connection%s", d->times, d->of, d->of == 1 ? "" : "s");
	put_side(out, &p->runs[0], &d->a);
	put_side(out, &p->runs[1], &d->b);
	buf_puts(out, d->counts ? "</p>\n" : " (does not count)</p>\n");
	put_hunk(out, d);
	buf_puts(out, "</li>\n");
}

void page_comparison(const struct page *p, struct buf *out)
{
	const struct comparison *c = p->comparison;
	struct buf summary = {0};

	if (!c)
		return;
	report_summary(c, &summary);
	buf_puts(out, "<section id=\"comparison\" aria-labelledby=\"h-comparison\">\n"
		      "<h2 id=\"h-comparison\">A and B</h2>\n<p><b>");
	page_text(out, summary.bytes);
	buf_puts(out, "</b></p>\n");
	buf_free(&summary);
	buf_puts(out, c->differences.count ? "<ul class=\"findings\">\n" : "");
	for (size_t i = 0; i < c->differences.count; i++)
		put_difference(out, p, &c->differences.items[i]);
	buf_puts(out, c->differences.count ? "</ul>\n" : "");
	buf_puts(out, c->doubts.count ? "<ul class=\"doubts\">\n" : "");
	for (size_t i = 0; i < c->doubts.count; i++) {
		buf_puts(out, "<li>inconclusive, ");
		page_text(out, c->doubts.items[i]);
		buf_puts(out, "</li>\n");
	}
	buf_puts(out, c->doubts.count ? "</ul>\n" : "");
	buf_puts(out, "</section>\n");
}
