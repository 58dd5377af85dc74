/* page: the frame of a report: its policy, its head, its sections in order. */
#include "viewer/report/page.h"

#include <string.h>

#include "viewer/base/escape.h"
#include "viewer/base/xml.h"
#include "viewer/format/svg.h"
#include "viewer/scene/words.h"

#include "report_hashes.h"

enum { TEXT_MOST = 2000 };

const char *page_cut(struct arena *a, const char *text, size_t most)
{
	size_t len = text ? strnlen(text, most + 1) : 0;

	if (len <= most)
		return text;
	return arena_printf(a, "%.*s\xe2\x80\xa6", (int)escape_whole(text, most), text);
}

void page_text(struct buf *out, const char *text)
{
	size_t len = strnlen(text, TEXT_MOST + 1);

	xml_put_n(out, text, len > TEXT_MOST ? escape_whole(text, TEXT_MOST) : len);
	if (len > TEXT_MOST)
		buf_puts(out, "\xe2\x80\xa6");
}

void page_link(const struct page_run *run, const struct event *e, struct buf *out)
{
	size_t number = call_rows_number(&run->calls, e);

	if (number)
		buf_printf(out, "<a href=\"#call=%zu\">#%zu</a>", run->first + number, run->first + number);
}

void page_letter(const struct page_run *run, struct buf *out)
{
	if (run->letter)
		buf_printf(out, "%c: ", run->letter);
}

static void write_policy(struct buf *out)
{
	buf_puts(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		      "script-src 'sha256-" HASH_OF_script "'; style-src 'sha256-" HASH_OF_style "'; "
		      "base-uri 'none'; form-action 'none'\">\n");
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static size_t count_failed(const struct trace *t)
{
	size_t failed = 0;

	for (size_t i = 0; i < t->events.count; i++)
		failed += event_failed(t->events.items[i]);
	return failed;
}

static void write_run(const struct page_run *run, struct buf *out)
{
	struct trace *t = run->trace;
	const char *clock = words_clock(t->arena, t);
	size_t failed = count_failed(t);

	buf_puts(out, "<p>");
	page_letter(run, out);
	buf_puts(out, "<b>");
	page_text(out, escape_string(t->arena, run->name));
	buf_printf(out, "</b> %s%s%zu process%s, %zu connection%s, %zu event%s, %zu error%s</p>\n", clock ? clock : "",
		   clock ? " \xc2\xb7 " : "", t->procs.count, t->procs.count == 1 ? "" : "es", t->conns.count,
		   plural(t->conns.count), t->events.count, plural(t->events.count), failed, plural(failed));
}

static void write_head(const struct page *p, struct buf *out)
{
	buf_puts(out, "<header>\n<h1>Socktrace report</h1>\n");
	for (unsigned i = 0; i < p->count; i++)
		write_run(&p->runs[i], out);
	buf_puts(out, "</header>\n");
}

/* Without a script there is nothing that they could do. The lists are filled by it. */
static void write_tools(const struct page *p, struct buf *out)
{
	buf_puts(out, "<form id=\"tools\" role=\"search\" aria-label=\"Choose calls\" hidden>\n");
	if (p->count > 1)
		buf_puts(out, "<label>Trace <select id=\"run\"><option value=\"\">both</option></select></label>\n");
	buf_puts(out, "<label>Process <select id=\"proc\"><option value=\"\">all</option></select></label>\n"
		      "<label>Connection <select id=\"conn\"><option value=\"\">all</option></select></label>\n"
		      "<label>Call <select id=\"name\"><option value=\"\">all</option></select></label>\n"
		      "<label><input type=\"checkbox\" id=\"errors\"> Errors</label>\n"
		      "<label>Search <input type=\"search\" id=\"search\" autocomplete=\"off\"></label>\n"
		      "<button type=\"button\" id=\"clear\">Clear</button>\n"
		      "<button type=\"button\" id=\"help-button\" aria-label=\"Help\">?</button>\n"
		      "<output id=\"count\"></output>\n</form>\n");
}

static void write_overview(struct buf *out)
{
	buf_puts(out, "<section id=\"overview\" aria-labelledby=\"h-overview\" hidden>\n"
		      "<h2 id=\"h-overview\">Overview</h2>\n"
		      "<p class=\"buttons\"><button type=\"button\" id=\"zoom-in\" aria-label=\"Zoom in\">+</button>"
		      "<button type=\"button\" id=\"zoom-out\" aria-label=\"Zoom out\">\xe2\x88\x92</button>"
		      "<button type=\"button\" id=\"zoom-all\">All</button> <span id=\"pointed\"></span></p>\n"
		      "<canvas id=\"lanes\" tabindex=\"0\" role=\"img\"></canvas>\n"
		      "<canvas id=\"minimap\" role=\"img\" aria-label=\"How many calls there were over time, and which "
		      "part of it is shown above\"></canvas>\n<p id=\"legend\"></p>\n</section>\n");
}

static void write_help(struct buf *out)
{
	static const char *const keys[][2] = {
		{"j, k", "next call, previous call"},
		{"n, N", "next error, previous error"},
		{".", "next step of the lesson in this connection"},
		{"/", "search"},
		{"+, \xe2\x88\x92, 0", "zoom the overview in, out, to all"},
		{"\xe2\x86\x90, \xe2\x86\x92", "move the overview, when it has the focus"},
		{"Esc", "let go of the call"},
		{"?", "this help"},
	};

	buf_puts(out, "<dialog id=\"help\" aria-labelledby=\"h-help\">\n<h2 id=\"h-help\">Keys</h2>\n<dl>\n");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		buf_printf(out, "<dt>%s</dt><dd>%s</dd>\n", keys[i][0], keys[i][1]);
	buf_puts(out,
		 "</dl>\n<p>Point at a call to see both of its ends and where its descriptor is from; click to keep "
		 "it. What is chosen stands in the address: a copy of it leads back here.</p>\n"
		 "<form method=\"dialog\"><button>Close</button></form>\n</dialog>\n");
}

static void write_body(const struct page *p, struct buf *out)
{
	/* The arrows' heads of all pictures. */
	buf_puts(out, "<svg class=\"heads\" width=\"0\" height=\"0\" aria-hidden=\"true\">\n");
	svg_heads(out);
	buf_puts(out, "</svg>\n");
	write_head(p, out);
	write_tools(p, out);
	buf_puts(out, "<div id=\"columns\">\n<main>\n");
	page_comparison(p, out);
	write_overview(out);
	page_mistakes(p, out);
	page_pictures(p, out);
	page_calls(p, out);
	buf_puts(out, "</main>\n</div>\n<aside id=\"details\" aria-label=\"The chosen call\" tabindex=\"0\" "
		      "hidden></aside>\n");
	write_help(out);
	page_data(p, out);
}

void page_write(struct page *p, struct buf *out)
{
	size_t first = 0;

	for (unsigned i = 0; i < p->count; i++) {
		call_rows_begin(&p->runs[i].calls, p->runs[i].trace);
		p->runs[i].first = first;
		first += p->runs[i].trace->events.count;
	}
	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	write_policy(out);
	buf_puts(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Socktrace report: ");
	page_text(out, escape_string(p->runs[0].trace->arena, p->runs[0].name));
	buf_puts(out, "</title>\n<style>");
	page_style(out);
	buf_puts(out, "</style>\n</head>\n<body>\n");
	write_body(p, out);
	buf_puts(out, "<script>");
	page_script(out);
	buf_puts(out, "</script>\n</body>\n</html>\n");
	for (unsigned i = 0; i < p->count; i++)
		call_rows_end(&p->runs[i].calls);
}
