/* tell_text: at most three lines a finding: what happened, where, what to change. */
#include <string.h>

#include "viewer/format/canvas.h"
#include "viewer/format/paragraph.h"
#include "viewer/format/table.h"
#include "viewer/scene/words.h"
#include "viewer/verdict/spot.h"
#include "viewer/verdict/tell.h"

enum { INDENT = 2 };

static const enum tone tones[GRADES] = {
	[GRADE_ADVICE] = TONE_WAIT, [GRADE_PROBABLE] = TONE_BAD, [GRADE_PROVED] = TONE_BAD};

/* The line of the source, or the call where nobody has that; at the right edge, who did it and when. */
static void tell_place(const struct verdict *v, const struct finding *f, const struct look *look, struct buf *out)
{
	struct spot p = spot_of(v, f);
	unsigned who_width = canvas_text_width(look, p.who), room, x = INDENT;
	struct canvas row;

	canvas_init(&row, look->width, 1, look);
	room = look->width > who_width + INDENT + 2 ? look->width - who_width - INDENT - 2 : 0;
	if (p.site) {
		x += canvas_site(&row, x, 0, room / 2, p.site, TONE_STRONG) + 2;
		room -= x - INDENT < room ? x - INDENT : room;
	}
	canvas_text(&row, x, 0, room, p.source ? p.source : p.call, TONE_PLAIN);
	canvas_text(&row, look->width - who_width, 0, who_width, p.who, TONE_DIM);
	canvas_print(&row, out);
	canvas_free(&row);
}

static void tell_finding(const struct verdict *v, const struct finding *f, const struct look *look, struct buf *out)
{
	struct arena *a = v->trace->arena;

	paragraph(out, look, 0, INDENT,
		  arena_printf(a, "%.*s %s: %s", RULE_SHORT, f->rule->id, grade_name(f->grade), f->what),
		  tones[f->grade]);
	tell_place(v, f, look, out);
	paragraph(out, look, INDENT, INDENT, verdict_cure(v, f), TONE_PLAIN);
}

static void tell_all_doubts(const struct verdict *v, const struct look *look, struct buf *out)
{
	struct arena *a = v->trace->arena;

	for (size_t i = 0; i < v->findings->doubts.count; i++) {
		const struct doubt *d = &v->findings->doubts.items[i];
		const char *whose = d->rule ? arena_printf(a, "%.*s", RULE_SHORT, d->rule->id) : "all rules";

		paragraph(out, look, 0, INDENT, arena_printf(a, "inconclusive (%s): %s", whose, d->why), TONE_WAIT);
	}
}

static const char *count_words(const struct verdict *v)
{
	struct arena *a = v->trace->arena;
	unsigned counts[GRADES] = {0};
	const char *words = "";

	for (size_t i = 0; i < v->findings->list.count; i++)
		counts[v->findings->list.items[i].grade]++;
	for (int g = GRADES; g-- > 0;)
		if (counts[g])
			words = arena_printf(a, "%s%s%u %s", words, *words ? ", " : "", counts[g],
					     grade_name((enum grade)g));
	return *words ? words : "no mistakes found";
}

static void tell_all(const struct verdict *v, const struct look *look, struct buf *out)
{
	const struct finding *first = v->findings->list.items;

	for (size_t i = 0; i < v->findings->list.count; i++) {
		tell_finding(v, &v->findings->list.items[i], look, out);
		buf_puts(out, "\n");
	}
	tell_all_doubts(v, look, out);
	paragraph(out, look, 0, INDENT,
		  v->findings->list.count ? arena_printf(v->arena, "%s. `socktrace explain %.*s` says more.",
							 count_words(v), RULE_SHORT, first->rule->id)
					  : count_words(v),
		  TONE_STRONG);
}

/* Of several hand-ins there is only a table. */
static void tell(const struct verdict *v, const struct telling *t, struct buf *out)
{
	if (t->count == 1)
		tell_all(v, t->look, out);
}

static const char *failed_rules(struct arena *a, const struct tally *t)
{
	const char *words = "";

	for (size_t i = 0; i < check_rule_count; i++)
		if (t->fails >> i & 1)
			words = arena_printf(a, "%s%s%.*s", words, *words ? " " : "", RULE_SHORT, check_rules[i]->id);
	return words;
}

static const char *number(struct arena *a, unsigned n)
{
	return n ? arena_printf(a, "%u", n) : NULL;
}

static void add_row(struct table *table, const struct tally *t)
{
	struct table_row *row = table_row(table);
	struct arena *a = table->arena;
	unsigned i = 0;

	row->cells[i++] = t->name;
	row->bad = t->outcome == CHECK_CLEAN ? 0 : 1U << i;
	row->cells[i++] = verdict_outcome_name(t->outcome);
	for (int g = GRADES; g-- > 0;)
		row->cells[i++] = number(a, t->grades[g]);
	row->cells[i++] = t->outcome == CHECK_UNREADABLE ? NULL : arena_printf(a, "%u/%u", t->points, t->most);
	row->cells[i++] = t->outcome == CHECK_UNREADABLE ? arena_string(a, t->err.text) : failed_rules(a, t);
}

static void end(const struct telling *t, const struct tally *tallies, struct buf *out)
{
	static const struct table_column columns[] = {
		{"hand-in", false, 0}, {"", false, 0},      {"proved", true, 0}, {"probable", true, 0},
		{"advice", true, 1},   {"points", true, 0}, {"", false, 0},      {NULL, false, 0},
	};
	unsigned counts[CHECK_INCONCLUSIVE + 1] = {0};
	struct table table;

	if (t->count == 1)
		return;
	table_begin(&table, columns);
	for (size_t i = 0; i < t->count; i++) {
		add_row(&table, &tallies[i]);
		counts[tallies[i].outcome]++;
	}
	table_end(&table, t->look, out);
	buf_printf(out, "\n%zu hand-ins: %u clean, %u with mistakes, %u inconclusive, %u unreadable\n", t->count,
		   counts[CHECK_CLEAN], counts[CHECK_FOUND], counts[CHECK_INCONCLUSIVE], counts[CHECK_UNREADABLE]);
}

const struct form form_text = {.name = "text", .tell = tell, .end = end};
