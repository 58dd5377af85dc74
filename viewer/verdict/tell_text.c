/* tell_text: at most three lines a finding: what happened, where, what to change. */
#include <string.h>

#include "viewer/format/canvas.h"
#include "viewer/format/paragraph.h"
#include "viewer/scene/words.h"
#include "viewer/verdict/spot.h"
#include "viewer/verdict/tell.h"

enum { INDENT = 2, NUMBER_LEN = 5 };

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
		  arena_printf(a, "%.*s %s: %s", NUMBER_LEN, f->rule->id, grade_name(f->grade), f->what),
		  tones[f->grade]);
	tell_place(v, f, look, out);
	paragraph(out, look, INDENT, INDENT, f->cure, TONE_PLAIN);
}

static void tell_doubts(const struct verdict *v, const struct look *look, struct buf *out)
{
	struct arena *a = v->trace->arena;

	for (size_t i = 0; i < v->findings->doubts.count; i++) {
		const struct doubt *d = &v->findings->doubts.items[i];
		const char *whose = d->rule ? arena_printf(a, "%.*s", NUMBER_LEN, d->rule->id) : "all rules";

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

void tell_text(const struct verdict *v, const struct look *look, struct buf *out)
{
	struct arena *a;

	if (!v->trace)
		return;
	a = v->trace->arena;
	for (size_t i = 0; i < v->findings->list.count; i++) {
		tell_finding(v, &v->findings->list.items[i], look, out);
		buf_puts(out, "\n");
	}
	tell_doubts(v, look, out);
	paragraph(out, look, 0, INDENT,
		  v->findings->list.count ? arena_printf(a, "%s. `socktrace explain %.*s` says more.", count_words(v),
							 NUMBER_LEN, v->findings->list.items[0].rule->id)
					  : arena_printf(a, "%s", count_words(v)),
		  TONE_STRONG);
}

void tell_rules(const struct look *look, struct buf *out)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < check_rule_count; i++)
		canvas_line(out, look,
			    arena_printf(a, "%-26s  %-8s  %s", check_rules[i]->id, grade_name(check_rules[i]->grade),
					 check_rules[i]->title),
			    TONE_PLAIN);
	arena_free(a);
}
