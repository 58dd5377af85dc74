/* tell: the forms in which verdicts are told, and what several of them say alike. */
#include "viewer/verdict/tell.h"

#include <json-c/json.h>

#include "viewer/format/canvas.h"
#include "viewer/verdict/spot.h"

const struct form *const tell_forms[] = {
	&form_text, &form_json, &form_tap, &form_tap13, &form_junit, &form_gradescope, &form_autolab,
};

void tell_quoted(struct buf *out, const char *text)
{
	json_object *s = json_object_new_string(text);

	buf_puts(out, json_object_to_json_string_ext(s, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(s);
}

void tell_plain(const struct verdict *v, const struct finding *f, const char *margin, struct buf *out)
{
	struct spot s = spot_of(v, f);

	buf_printf(out, "%s%.*s %s: %s\n", margin, RULE_SHORT, f->rule->id, grade_name(f->grade), f->what);
	buf_printf(out, "%s  %s%s%s (%s)\n", margin, s.site ? s.site : "", s.site ? ": " : "", s.call, s.who);
	buf_printf(out, "%s  %s\n", margin, verdict_cure(v, f));
}

void tell_doubts(const struct verdict *v, const char *margin, struct buf *out)
{
	for (size_t i = 0; i < v->findings->doubts.count; i++) {
		const struct doubt *d = &v->findings->doubts.items[i];

		buf_printf(out, "%sinconclusive (%.*s): %s\n", margin, d->rule ? RULE_SHORT : 9,
			   d->rule ? d->rule->id : "all rules", d->why);
	}
}

const char *tell_doubt_of(const struct verdict *v, size_t rule)
{
	const char *why = NULL;

	for (size_t i = 0; i < v->findings->doubts.count; i++) {
		const struct doubt *d = &v->findings->doubts.items[i];

		if (d->rule == check_rules[rule])
			why = arena_printf(v->arena, "%s%s%s", why ? why : "", why ? "; " : "", d->why);
	}
	return why;
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
