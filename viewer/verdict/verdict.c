/* verdict: what was found in one hand-in. */
#include "viewer/verdict/verdict.h"

#include "viewer/base/escape.h"
#include "viewer/scene/choice.h"

const char *verdict_outcome_name(enum verdict_outcome outcome)
{
	static const char *const names[] = {
		[CHECK_CLEAN] = "clean",
		[CHECK_FOUND] = "found",
		[CHECK_UNREADABLE] = "unreadable",
		[CHECK_INCONCLUSIVE] = "inconclusive",
	};

	return names[outcome];
}

bool verdict_fails(const struct verdict *v, const struct finding *f)
{
	return f->grade >= v->course->fail_on;
}

bool verdict_rule_fails(const struct verdict *v, size_t rule)
{
	for (size_t i = 0; v->findings && i < v->findings->list.count; i++) {
		const struct finding *f = &v->findings->list.items[i];

		if (f->rule == check_rules[rule] && verdict_fails(v, f))
			return true;
	}
	return false;
}

unsigned verdict_points(const struct verdict *v, unsigned *most)
{
	unsigned points = 0;

	*most = 0;
	for (size_t i = 0; i < check_rule_count; i++) {
		if (!v->course->rules[i].wanted)
			continue;
		*most += v->course->rules[i].points;
		points += verdict_rule_fails(v, i) ? 0 : v->course->rules[i].points;
	}
	return points;
}

const char *verdict_title(const struct verdict *v, size_t rule)
{
	return v->course->rules[rule].title ? v->course->rules[rule].title : check_rules[rule]->title;
}

const char *verdict_cure(const struct verdict *v, const struct finding *f)
{
	for (size_t i = 0; i < check_rule_count; i++)
		if (check_rules[i] == f->rule && v->course->rules[i].cure)
			return v->course->rules[i].cure;
	return f->cure;
}

static enum verdict_outcome judge(const struct verdict *v)
{
	for (size_t i = 0; i < v->findings->list.count; i++)
		if (verdict_fails(v, &v->findings->list.items[i]))
			return CHECK_FOUND;
	return v->findings->doubts.count ? CHECK_INCONCLUSIVE : CHECK_CLEAN;
}

static void try_rules(struct verdict *v)
{
	bool *wanted = arena_alloc(v->arena, check_rule_count * sizeof *wanted);

	for (size_t i = 0; i < check_rule_count; i++)
		wanted[i] = v->course->rules[i].wanted;
	v->findings = check_trace(v->trace, wanted);
	v->outcome = judge(v);
}

void verdict_take(struct verdict *v, const struct course *course, const char *name, struct trace *t)
{
	struct choice all;

	*v = (struct verdict){.course = course, .trace = t, .arena = t->arena};
	v->name = escape_string(v->arena, name);
	choice_all(&all, t);
	v->zero_ns = all.zero_ns;
	choice_free(&all);
	try_rules(v);
}

void verdict_find(struct verdict *v, const struct course *course, const struct handin *h,
		  const struct load_options *load)
{
	struct err err = {""};
	struct trace *t = load_trace(h->paths, h->count, load, &err);

	if (t) {
		verdict_take(v, course, h->name, t);
		return;
	}
	*v = (struct verdict){.course = course, .outcome = CHECK_UNREADABLE, .arena = arena_new(), .err = err};
	v->name = escape_string(v->arena, h->name);
}

void verdict_end(struct verdict *v)
{
	if (v->findings)
		findings_free(v->findings);
	if (v->trace)
		trace_free(v->trace);
	else
		arena_free(v->arena);
}
