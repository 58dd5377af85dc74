/* page_pictures: timeline, lesson, descriptors and addresses, from the same scenes as those commands'. */
#include "viewer/check/rule.h"
#include "viewer/format/format.h"
#include "viewer/report/page.h"
#include "viewer/scene/words.h"

enum {
	LANES = 6,
	STEPS_MOST = 3000, /* as `socktrace timeline` draws unasked */
	CONNS_MOST = 16,   /* likewise, and of as many the lesson is drawn */
	ADDRESSES_MOST = 40,
};

static const struct look look = {.inside = true};

/* A picture scrolls in a place of its own, which keys can reach. */
static void begin_picture(struct buf *out, const struct page_run *run, const char *what)
{
	buf_printf(out, "<div class=\"picture\" role=\"region\" tabindex=\"0\" data-first=\"%zu\" aria-label=\"",
		   run->first);
	page_letter(run, out);
	page_text(out, what);
	buf_puts(out, ", picture\">\n");
}

static void end_picture(struct buf *out)
{
	buf_puts(out, "</div>\n");
}

static void begin_section(struct buf *out, const char *id, const char *title)
{
	buf_printf(out, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">%s</h2>\n", id, id, id, title);
}

static void put_run_title(struct buf *out, const struct page_run *run)
{
	if (!run->letter)
		return;
	buf_printf(out, "<h3>%c</h3>\n", run->letter);
}

/* Timeline */

static struct remark *remarks_of(const struct page_run *run)
{
	struct arena *a = run->trace->arena;
	const struct findings *found = run->findings;
	struct remark *remarks = arena_alloc(a, (found->list.count + 1) * sizeof *remarks);

	for (size_t i = 0; i < found->list.count; i++) {
		const struct finding *f = &found->list.items[i];

		remarks[i] = (struct remark){
			.event = f->at,
			.text = arena_printf(a, "%.*s %s", RULE_SHORT, f->rule->id, grade_name(f->grade)),
			.note = f->what,
			.tone = f->grade == GRADE_ADVICE ? TONE_WAIT : TONE_BAD,
		};
	}
	return remarks;
}

static void put_ladder(struct buf *out, const struct page_run *run, const struct choice *all, const struct format *svg)
{
	struct ladder_options wanted = {
		.lanes = LANES,
		.choice = all,
		.remarks = remarks_of(run),
		.nremarks = run->findings->list.count,
	};
	struct ladder *l = ladder_new(run->trace, &wanted);

	svg->ladder(l, &look, out);
	ladder_free(l);
}

static void put_overview(struct buf *out, const struct page_run *run, const struct choice *all,
			 const struct format *svg)
{
	struct overview_options wanted = {.choice = all};
	struct overview *o = overview_new(run->trace, &wanted);

	svg->overview(o, &look, out);
	overview_free(o);
}

static void put_timeline(struct buf *out, const struct page_run *run, const struct format *svg)
{
	struct choice all;

	choice_all(&all, run->trace);
	begin_picture(out, run, "Timeline");
	if (run->trace->events.count > STEPS_MOST || run->trace->conns.count > CONNS_MOST)
		put_overview(out, run, &all, svg);
	else
		put_ladder(out, run, &all, svg);
	end_picture(out);
	choice_free(&all);
}

static void put_timelines(struct buf *out, const struct page *p, const struct format *svg)
{
	begin_section(out, "timeline", "Timeline");
	if (p->count > 1)
		buf_puts(
			out,
			"<p class=\"buttons\" hidden><button type=\"button\" id=\"beside\" aria-pressed=\"false\">Side "
			"by side</button></p>\n");
	buf_printf(out, "<div class=\"%s\">\n", p->count > 1 ? "beside" : "alone");
	for (unsigned i = 0; i < p->count; i++) {
		buf_puts(out, "<div>\n");
		put_run_title(out, &p->runs[i]);
		put_timeline(out, &p->runs[i], svg);
		buf_puts(out, "</div>\n");
	}
	buf_puts(out, "</div>\n</section>\n");
}

/* Lesson */

static bool put_diagram(struct buf *out, const struct page_run *run, unsigned conn, bool open, const struct format *svg)
{
	struct diagram *d = diagram_new(run->trace, conn);

	if (!d)
		return false;
	buf_printf(out, "<details class=\"lesson\" data-conn=\"%u\" data-run=\"%u\"%s><summary>", conn, run->first != 0,
		   open ? " open" : "");
	page_letter(run, out);
	page_text(out, d->title);
	buf_puts(out, "</summary>\n");
	/* It says how a command would draw another. Here they all are. */
	d->choice = NULL;
	begin_picture(out, run, d->title);
	svg->diagram(d, &look, out);
	end_picture(out);
	buf_puts(out, "</details>\n");
	diagram_free(d);
	return true;
}

static void put_frames(struct buf *out, const struct page_run *run, const struct format *svg)
{
	struct err err;
	struct frames *f = frames_new(run->trace, NULL, &err);

	if (!f)
		return;
	f->choice = NULL;
	buf_puts(out, "<details><summary>");
	page_letter(run, out);
	buf_puts(out, "accept in three pictures</summary>\n");
	begin_picture(out, run, "accept in three pictures");
	svg->frames(f, &look, out);
	end_picture(out);
	buf_puts(out, "</details>\n");
}

static void put_lesson_of(struct buf *out, const struct page_run *run, const struct format *svg)
{
	const struct trace *t = run->trace;

	if (!t->conns.count && !put_diagram(out, run, 0, true, svg))
		buf_puts(out, "<p>Nothing connected, and nothing was bound.</p>\n");
	for (size_t i = 0; i < t->conns.count && i < CONNS_MOST; i++)
		put_diagram(out, run, t->conns.items[i]->id, i == 0, svg);
	if (t->conns.count > CONNS_MOST)
		buf_printf(out,
			   "<p>The first %d of %zu connections: <code>socktrace lesson --conn=cN</code> draws the "
			   "others.</p>\n",
			   CONNS_MOST, t->conns.count);
	put_frames(out, run, svg);
}

static void put_lessons(struct buf *out, const struct page *p, const struct format *svg)
{
	begin_section(out, "lesson", "Lesson");
	buf_puts(out,
		 "<p class=\"buttons\" id=\"steps\" hidden><button type=\"button\" id=\"step-back\">Step back</button>"
		 "<button type=\"button\" id=\"step-on\">Step on</button> <span id=\"step\"></span></p>\n");
	for (unsigned i = 0; i < p->count; i++)
		put_lesson_of(out, &p->runs[i], svg);
	buf_puts(out, "</section>\n");
}

/* Descriptors, addresses */

static void put_outline(struct buf *out, const struct page_run *run, const struct format *svg)
{
	struct outline *o = outline_new(run->trace, &(struct outline_options){0});

	put_run_title(out, run);
	begin_picture(out, run, "Descriptors");
	svg->outline(o, &look, out);
	end_picture(out);
}

static void put_cells(struct buf *out, const struct page_run *run, const struct format *svg)
{
	struct choice all;
	struct cells *c;

	choice_all(&all, run->trace);
	c = cells_new(run->trace, &(struct cells_options){.most = ADDRESSES_MOST, .choice = &all});
	put_run_title(out, run);
	begin_picture(out, run, "Addresses");
	svg->cells(c, &look, out);
	end_picture(out);
	cells_free(c);
	choice_free(&all);
}

void page_pictures(const struct page *p, struct buf *out)
{
	struct err err;
	const struct format *svg = format_find("svg", NULL, &err);

	put_timelines(out, p, svg);
	put_lessons(out, p, svg);
	begin_section(out, "descriptors", "Descriptors");
	for (unsigned i = 0; i < p->count; i++)
		put_outline(out, &p->runs[i], svg);
	buf_puts(out, "</section>\n");
	begin_section(out, "addresses", "Addresses");
	for (unsigned i = 0; i < p->count; i++)
		put_cells(out, &p->runs[i], svg);
	buf_puts(out, "</section>\n");
}
